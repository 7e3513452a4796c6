package io.aetherkeep.router.http;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.ThreadLocalRandom;

/** Answer that is held open until something changes: a stream of events, or a long poll. */
public interface HeldResponse {

  /** Ends the answer because its credential has ended. */
  void fail(Throwable reason);

  /**
   * Runs a task once the answer's first read is done, because the answer costs nothing from then on
   * until a change. An answer whose head is already sent need not implement this.
   */
  default void whenBegun(Runnable task) {}

  /**
   * Returns the start of an event stream that sets the reconnect delay, at random so that clients
   * do not all reconnect at once.
   */
  static Buffer reconnectDelay() {
    return Buffer.buffer("retry: " + ThreadLocalRandom.current().nextInt(1000, 3000) + "\n\n");
  }
}
