package io.aetherkeep.catalogue;

import io.aetherkeep.keyspace.Keyspace;
import java.util.List;
import java.util.Optional;

/** Consistency rules of a catalogue: every key has one meaning and one owner. */
final class Laws {

  private Laws() {}

  static void hold(List<Keyspace<?>> all) {
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        conflict(all.get(i), all.get(j))
            .ifPresent(
                conflict -> {
                  throw new IllegalStateException(conflict);
                });
      }
    }
  }

  /** Why two keyspaces conflict, if they do. */
  static Optional<String> conflict(Keyspace<?> one, Keyspace<?> other) {
    if (one.overlaps(other)) {
      return Optional.of("A key could belong to both " + one.pattern() + " and " + other.pattern());
    }
    boolean variants = one.dialect() != other.dialect() && one.pattern().equals(other.pattern());
    return one.name().equals(other.name()) && !variants
        ? Optional.of("Two keyspaces are named " + one.name())
        : Optional.empty();
  }
}
