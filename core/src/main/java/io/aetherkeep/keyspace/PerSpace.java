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
 * Map of a value for each space, such as its stores, by the space's name.
 *
 * @param <T> type of the value
 */
public final class PerSpace<T> {

  private final Map<String, T> bySpace;

  private PerSpace(Map<String, T> bySpace) {
    this.bySpace = bySpace;
  }

  /** Creates a value for each space, in order. */
  public static <T> PerSpace<T> each(Collection<Space> spaces, Function<Space, T> make) {
    Map<String, T> made = new LinkedHashMap<>();
    spaces.forEach(space -> made.put(space.name(), make.apply(space)));
    return by(made);
  }

  /** Wraps values by the names of their spaces. */
  public static <T> PerSpace<T> by(Map<String, T> values) {
    return new PerSpace<>(Collections.unmodifiableMap(new LinkedHashMap<>(values)));
  }

  /** The value of a space; throws a failure if the space does not exist. */
  public T of(String space) {
    return find(space).orElseThrow(() -> Failure.of(Code.SPACE_UNKNOWN, "No space has this name"));
  }

  /** The value of a space, or empty if only other nodes have the space. */
  public Optional<T> find(String space) {
    return Optional.ofNullable(bySpace.get(space));
  }

  /** The values of all spaces. */
  public Collection<T> all() {
    return bySpace.values();
  }
}
