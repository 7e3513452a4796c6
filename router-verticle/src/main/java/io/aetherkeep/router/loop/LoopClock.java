package io.aetherkeep.router.loop;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Clock of an event loop that leaves out the loop's stalls. A process that was frozen or collected
 * garbage for a minute received nothing in that time, so its sockets are not to blame for silence.
 */
public final class LoopClock {

  private final long longestStep;
  private final LongSupplier millis;
  private long ticked;
  private long now;

  /**
   * @param every interval of its ticks
   * @param millis a monotonic time in ms
   */
  public LoopClock(Duration every, LongSupplier millis) {
    this.longestStep = 2 * every.toMillis();
    this.millis = millis;
    this.ticked = millis.getAsLong();
  }

  /** Returns how many ms had passed at the last tick. */
  public long now() {
    return now;
  }

  /** Advances the clock; a late tick counts as two intervals at most. */
  public void tick() {
    long at = millis.getAsLong();
    now += Math.min(at - ticked, longestStep);
    ticked = at;
  }
}
