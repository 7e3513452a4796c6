package io.aetherkeep.cache.loading;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/** Stale copies of a space: the values of expired entries. */
public interface StaleCopies {

  /**
   * Updates the stale copies of these keys: drops those whose entry was removed before it expired,
   * or was overwritten with another value.
   */
  Future<Void> follow(List<String> keys);

  /** Walks the keys that have a stale copy, in batches. */
  Future<Void> walk(Function<List<String>, Future<?>> batch);
}
