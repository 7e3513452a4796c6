package io.aetherkeep.redis.connection;

import java.time.Duration;

/**
 * Delay of an event loop, measured by a periodic timer: a loop that was held up could read no
 * answer, so silence in that time says nothing about Redis.
 */
public final class LoopDelay {

  private final long periodNanos;
  private long lastTick;

  public LoopDelay(Duration period, long now) {
    this.periodNanos = period.toNanos();
    this.lastTick = now;
  }

  /** Takes note of a tick; how many nanoseconds the loop was held up, 0 where it is on time. */
  public long tick(long now) {
    long late = now - lastTick - periodNanos;
    lastTick = now;
    return late > periodNanos ? late : 0;
  }
}
