package io.aetherkeep.webhook;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** This node's lease on one endpoint's queue, renewed in Redis before it ends. */
final class QueueLease {

  private final Duration length;
  private final RedisDeliveries store;
  private boolean asking;
  private long until;

  QueueLease(Duration length, RedisDeliveries store) {
    this.length = length;
    this.store = store;
  }

  /** A monotonic clock, in ms. */
  static long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  boolean isOver() {
    return until <= now();
  }

  /** Whether the lease lasts longer than a duration from now. */
  boolean lasts(Duration time) {
    return now() + time.toMillis() < until;
  }

  /** Acquires the lease, or renews it once a fifth of it has passed. */
  void renew(String endpoint) {
    if (asking || lasts(length.multipliedBy(4).dividedBy(5))) {
      return;
    }
    asking = true;
    long asked = now();
    store
        .own(endpoint, length)
        .onComplete(
            owned -> {
              asking = false;
              if (owned.succeeded() && owned.result()) {
                until = asked + length.toMillis();
              }
            });
  }

  /** Forgets the lease, which another node may hold now. */
  void drop() {
    until = 0;
  }
}
