package io.aetherkeep.keyspace;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where the values of one keyspace in one space are kept.
 *
 * <p>Every write sets the value and its lifetime in one step; a condition is looked at in that same
 * step. A failure means that the outcome is unknown, never that half was done.
 */
public interface Store<V> {

  Future<Optional<Stored<V>>> find(Key<V> key);

  /**
   * Many at once, in the order asked: in one round trip where they are short, and only the first of
   * them where all are longer together than one answer may be.
   */
  Future<List<Optional<V>>> findAll(List<Key<V>> keys);

  /** Puts a value for the keyspace's lifetime. */
  default Future<Write> put(Key<V> key, V value, Condition<V> condition) {
    return put(key, value, condition, lifetime(), "");
  }

  /** Puts a value for a lifetime of its own. */
  default Future<Write> put(Key<V> key, V value, Condition<V> condition, Duration lifetime) {
    return put(key, value, condition, lifetime, "");
  }

  /**
   * Puts a value, and beside it a label.
   *
   * @param label what others must be able to tell of the value without reading it; gone with the
   *     next write or removal
   */
  Future<Write> put(Key<V> key, V value, Condition<V> condition, Duration lifetime, String label);

  /** The usual lifetime here. */
  Duration lifetime();

  Future<Write> remove(Key<V> key, Condition<V> condition);

  /** Starts the lifetime anew; answers whether there was something to touch. */
  Future<Boolean> touch(Key<V> key);

  /** What a write came to. */
  enum Write {
    /** The condition did not hold, and nothing was changed. */
    REFUSED,
    /** There was nothing before. */
    WAS_ABSENT,
    /** There was something before. */
    WAS_PRESENT
  }
}
