package io.aetherkeep.catalogue;

import io.aetherkeep.keyspace.Keyspace;
import java.util.List;

/** What must be true of a catalogue for every key to have one meaning and one owner. */
final class Laws {

  private Laws() {}

  static void hold(List<Keyspace<?>> all) {
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        apart(all.get(i), all.get(j));
      }
    }
  }

  private static void apart(Keyspace<?> one, Keyspace<?> other) {
    if (one.overlaps(other)) {
      throw new IllegalStateException(
          "A key could belong to both " + one.pattern() + " and " + other.pattern());
    }
    boolean variants = one.dialect() != other.dialect() && one.pattern().equals(other.pattern());
    if (one.name().equals(other.name()) && !variants) {
      throw new IllegalStateException("Two keyspaces are named " + one.name());
    }
  }
}
