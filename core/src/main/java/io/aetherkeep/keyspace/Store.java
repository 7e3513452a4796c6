package io.aetherkeep.keyspace;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Store of the values of one keyspace in one space.
 *
 * <p>Every write sets the value and its lifetime atomically, and checks its condition in the same
 * step. After a failure the outcome is unknown, but never partial.
 */
public interface Store<V> {

  Future<Optional<Stored<V>>> find(Key<V> key);

  /**
   * Reads many values in order: in one round trip if they are short. Returns only the first of them
   * if all together exceed the maximum size of an answer.
   */
  Future<List<Optional<V>>> findAll(List<Key<V>> keys);

  /** Writes a value with the keyspace's lifetime. */
  default Future<Write> put(Key<V> key, V value, Condition<V> condition) {
    return put(key, value, condition, lifetime(), "");
  }

  /** Writes a value with its own lifetime. */
  default Future<Write> put(Key<V> key, V value, Condition<V> condition, Duration lifetime) {
    return put(key, value, condition, lifetime, "");
  }

  /**
   * Writes a value and a label beside it.
   *
   * @param label metadata that can be read without the value, such as its tags; the next write or
   *     removal drops it
   */
  Future<Write> put(Key<V> key, V value, Condition<V> condition, Duration lifetime, String label);

  /** The default lifetime in this space. */
  Duration lifetime();

  Future<Write> remove(Key<V> key, Condition<V> condition);

  /** Restarts the lifetime; returns whether the key existed. */
  Future<Boolean> touch(Key<V> key);

  /** Result of a write. */
  enum Write {
    /** The condition did not hold; nothing was changed. */
    REFUSED,
    /** No value existed before. */
    WAS_ABSENT,
    /** A value existed before. */
    WAS_PRESENT
  }
}
