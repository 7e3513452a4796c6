package io.aetherkeep.router.loop;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Clock of an event loop that leaves out its stalls: while a process is frozen, or collects garbage
 * for a minute, it hears nobody, and the silence of its sockets is its own.
 */
public final class LoopClock {

  private final long longestStep;
  private final LongSupplier millis;
  private long ticked;
  private long now;

  /**
   * @param every how often it ticks
   * @param millis the time in ms, from wherever
   */
  public LoopClock(Duration every, LongSupplier millis) {
    this.longestStep = 2 * every.toMillis();
    this.millis = millis;
    this.ticked = millis.getAsLong();
  }

  /** How many ms had passed at the last tick. */
  public long now() {
    return now;
  }

  /** Goes on with the time; a tick that comes late counts as two at most. */
  public void tick() {
    long at = millis.getAsLong();
    now += Math.min(at - ticked, longestStep);
    ticked = at;
  }
}
