package io.aetherkeep.redis.subscription;

import io.vertx.core.Future;
import java.util.List;

/** Client tracking: invalidations from Redis for keys that any client changes. */
public interface RedisTracking {

  /** Listener for invalidations, usually the owner of cached copies. */
  public interface Listener {

    /** Handles the start: every change is reported from now on; earlier ones were not. */
    void armed();

    /**
     * Handles the loss of a connection, with or without support for tracking: no change is reported
     * until tracking is armed again.
     */
    void lost();

    /** Handles a connection to a Redis that does not support tracking. */
    default void unsupported() {}

    /** Handles a key that was written, removed, expired or given another lifetime. */
    void changed(String key);

    /** Handles a flush: all keys may have changed. */
    void flushed();
  }

  /** Completes after the first attempt to connect; further attempts follow until one succeeds. */
  Future<Void> open();

  Future<Void> close();

  /**
   * Requests one report of the next change of each key, whether it exists or not. It takes effect
   * shortly after the call.
   */
  void watch(List<String> keys);
}
