package io.aetherkeep.keyspace;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A value for each space, such as its stores, by the space's name.
 *
 * @param <T> what a space has
 */
public final class PerSpace<T> {

  private final Map<String, T> bySpace;

  private PerSpace(Map<String, T> bySpace) {
    this.bySpace = bySpace;
  }

  /** What this makes of each space, in their order. */
  public static <T> PerSpace<T> each(Collection<Space> spaces, Function<Space, T> make) {
    Map<String, T> made = new LinkedHashMap<>();
    spaces.forEach(space -> made.put(space.name(), make.apply(space)));
    return by(made);
  }

  /** These values, by the names of their spaces. */
  public static <T> PerSpace<T> by(Map<String, T> values) {
    return new PerSpace<>(Collections.unmodifiableMap(new LinkedHashMap<>(values)));
  }

  /** What a space has; throws where there is no space of this name. */
  public T of(String space) {
    return find(space)
        .orElseThrow(() -> Failure.of(Code.SPACE_UNKNOWN, "No space is named like this"));
  }

  /** What a space has, which may be one that only other nodes have. */
  public Optional<T> find(String space) {
    return Optional.ofNullable(bySpace.get(space));
  }

  /** What all spaces have. */
  public Collection<T> all() {
    return bySpace.values();
  }
}
