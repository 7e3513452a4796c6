package io.aetherkeep.redis.subscription;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Everything that a JVM hears from a Redis's channels. */
public interface RedisSubscriptions {

  /** Who listens to a channel. */
  public interface Listener {
    void message(Buffer body);

    /** The channel is heard again after a while in which it was not. */
    default void missed() {}
  }

  /** Who listens to all channels like a pattern. */
  public interface PatternListener {

    void message(String channel, Buffer body);

    /** They are heard again after a while in which they were not. */
    default void missed() {}
  }

  /** Listens to a channel; answers once Redis has confirmed, which may take a reconnect. */
  Future<Void> subscribe(String channel, Listener listener);

  /** Listens to all channels like a pattern, for as long as this JVM runs. */
  void subscribeAll(String pattern, PatternListener listener);

  /** Stops listening; the channel itself is left when nobody is left to listen. */
  void unsubscribe(String channel, Listener listener);

  /** Whether there is a connection to hear on. */
  boolean isUp();

  /** Answers when it was tried once; it is tried again for ever. */
  Future<Void> open();

  Future<Void> close();
}
