package io.aetherkeep.router;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * How long an event loop takes for what it finds to do in one turn, which is how long what comes in
 * the next turn has waited. Once every turn for a while was too long, only so much is begun in each
 * as keeps it short; that is so until a second has passed without anything being put off.
 */
final class Laps {

  /** A turn may be long; this long all of them may not be. */
  private static final long TOLERATED_NANOS = Duration.ofMillis(100).toNanos();

  /** A pause of the whole process makes one turn long, and perhaps the next. */
  private static final int TOLERATED_TURNS = 5;

  private static final long CALM_NANOS = Duration.ofSeconds(1).toNanos();

  private final Executor loop;
  private final LongSupplier nanos;
  private final long longestNanos;

  private boolean turning;
  private long turnBegan;
  private long longSince;
  private int longTurns;
  private boolean full;
  private long refusedAt;

  /**
   * Laps of an event loop.
   *
   * @param loop runs a task once the present turn is over
   */
  Laps(Duration longest, Executor loop, LongSupplier nanos) {
    this.longestNanos = longest.toNanos();
    this.loop = loop;
    this.nanos = nanos;
  }

  /** Whether another request may be begun in this turn. */
  boolean hasTime() {
    if (!turning) {
      turning = true;
      turnBegan = nanos.getAsLong();
      loop.execute(this::turned);
      return true;
    }
    if (!full) {
      return true;
    }
    long now = nanos.getAsLong();
    if (now - turnBegan < longestNanos / 2) {
      return true;
    }
    refusedAt = now;
    return false;
  }

  private void turned() {
    turning = false;
    long now = nanos.getAsLong();
    if (now - turnBegan < longestNanos) {
      longTurns = 0;
    } else if (longTurns++ == 0) {
      longSince = now;
    }
    if (longTurns >= TOLERATED_TURNS && now - longSince > TOLERATED_NANOS && !full) {
      full = true;
      refusedAt = now;
    } else if (full && now - refusedAt > CALM_NANOS) {
      full = false;
    }
  }
}
