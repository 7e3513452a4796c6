package io.aetherkeep.loop;

import java.time.Duration;

/**
 * Delay of an event loop, measured by a periodic timer. A blocked loop reads no replies, so silence
 * in that time says nothing about Redis.
 */
public final class LoopDelay {

  private final long periodNanos;
  private long lastTick;

  public LoopDelay(Duration period, long now) {
    this.periodNanos = period.toNanos();
    this.lastTick = now;
  }

  /**
   * Records a tick; answers how many nanoseconds the loop was blocked, 0 where the tick is on time.
   */
  public long tick(long now) {
    long late = now - lastTick - periodNanos;
    lastTick = now;
    return late > periodNanos ? late : 0;
  }
}
