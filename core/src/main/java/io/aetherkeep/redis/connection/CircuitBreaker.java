package io.aetherkeep.redis.connection;

import io.vertx.core.Future;
import java.util.function.BooleanSupplier;

/**
 * Circuit breaker of a connection: opens when a command misses its deadline, and closes when a
 * probe is answered in time. Nothing but the probe is sent while it is open.
 */
final class CircuitBreaker {

  private volatile boolean open;
  private boolean probing;

  /** Whether commands fail without being sent; for any thread. */
  boolean isOpen() {
    return open;
  }

  /** Opens after a missed deadline. */
  void open() {
    open = true;
  }

  /** Closes for the next connection, since this one is lost. */
  void reset() {
    open = false;
  }

  /** Whether a probe is due, because it is open and no probe is in flight. */
  boolean needsProbe() {
    return open && !probing;
  }

  /**
   * Follows a probe that was just sent, and closes if it succeeds.
   *
   * @param isCurrent whether the probed connection is still in use
   */
  void follow(Future<?> probe, BooleanSupplier isCurrent) {
    probing = true;
    probe.onComplete(
        pong -> {
          probing = false;
          if (pong.succeeded() && isCurrent.getAsBoolean()) {
            open = false;
          }
        });
  }
}
