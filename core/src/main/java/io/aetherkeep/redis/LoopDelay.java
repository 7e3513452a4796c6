package io.aetherkeep.redis;

import java.time.Duration;

/**
 * Delay of an event loop, measured by a periodic timer: a loop that was held up could read no
 * answer, so silence in that time says nothing about Redis.
 */
final class LoopDelay {

  private final long periodNanos;
  private long lastTick;

  LoopDelay(Duration period, long now) {
    this.periodNanos = period.toNanos();
    this.lastTick = now;
  }

  /** Takes note of a tick; how many nanoseconds the loop was held up, 0 where it is on time. */
  long tick(long now) {
    long late = now - lastTick - periodNanos;
    lastTick = now;
    return late > periodNanos ? late : 0;
  }
}
