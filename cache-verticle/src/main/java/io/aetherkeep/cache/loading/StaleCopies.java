package io.aetherkeep.cache.loading;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/** The stale copies of a space: values for when their entries have ended. */
public interface StaleCopies {

  /**
   * Makes the stale copies of these keys follow their entries: what was removed before its end, or
   * written over with another value, leaves none.
   */
  Future<Void> follow(List<String> keys);

  /** Walks the keys that have a stale copy, one batch after the other. */
  Future<Void> walk(Function<List<String>, Future<?>> batch);
}
