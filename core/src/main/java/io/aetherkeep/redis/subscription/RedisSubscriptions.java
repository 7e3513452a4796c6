package io.aetherkeep.redis.subscription;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Subscriptions of a JVM to a Redis's channels. */
public interface RedisSubscriptions {

  /** Listener of a channel. */
  public interface Listener {
    void message(Buffer body);

    /** Handles a gap: messages may have been missed before the reconnect. */
    default void missed() {}
  }

  /** Listener of all channels that match a pattern. */
  public interface PatternListener {

    void message(String channel, Buffer body);

    /** Handles a gap: messages may have been missed before the reconnect. */
    default void missed() {}
  }

  /**
   * Subscribes to a channel; completes when Redis has confirmed, which may be after a reconnect.
   */
  Future<Void> subscribe(String channel, Listener listener);

  /** Subscribes to all channels that match a pattern, for the life of this JVM. */
  void subscribeAll(String pattern, PatternListener listener);

  /** Removes a listener, and unsubscribes from the channel with the last one. */
  void unsubscribe(String channel, Listener listener);

  /** Whether there is a connection. */
  boolean isUp();

  /** Completes after the first attempt to connect; further attempts follow until one succeeds. */
  Future<Void> open();

  Future<Void> close();
}
