package io.aetherkeep.router.server;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Load shedder for one event loop: bounds how many requests a turn of the loop begins, by how long
 * turns take.
 *
 * <p>Usually there is no bound. When all turns of a while were too long, the shedder finds the
 * bound by additive increase and multiplicative decrease: a little more after each short turn, much
 * less after each long one, since work begun in one turn ends in later ones. It lifts the bound
 * after a second without a refusal.
 */
public final class LoadShedder {

  /** A turn may be long; this long all of them may not be. */
  private static final long TOLERATED_NANOS = Duration.ofMillis(100).toNanos();

  /** A pause of the whole process makes one turn long, and perhaps the next. */
  private static final int TOLERATED_TURNS = 5;

  /** Where a turn of fewer is long, it is not that there are many: a compiler is cold, say. */
  private static final int MANY = 64;

  /** So few are always begun. */
  private static final int FEW = 10;

  private static final long CALM_NANOS = Duration.ofSeconds(1).toNanos();

  private final Executor thisTurn;
  private final Executor nextTurn;
  private final LongSupplier nanos;
  private final long longestNanos;

  /** A request is read in one turn and answered in another, and there is some waiting between. */
  private final long shortNanos;

  private boolean turning;
  private long turnBegan;
  private int begun;
  private boolean refused;

  private long longSince;
  private int longTurns;

  private boolean full;
  private int most;
  private long refusedAt;

  /**
   * Laps of an event loop.
   *
   * @param longest how long it may take that a request is begun
   * @param thisTurn runs a task when the present turn has read what there was to read
   * @param nextTurn runs it when the next one has
   */
  public LoadShedder(Duration longest, Executor thisTurn, Executor nextTurn, LongSupplier nanos) {
    this.longestNanos = longest.toNanos();
    this.shortNanos = longest.toNanos() / 16;
    this.thisTurn = thisTurn;
    this.nextTurn = nextTurn;
    this.nanos = nanos;
  }

  /** Whether another request may be begun in this turn, and then it is. */
  boolean hasTime() {
    if (!turning) {
      begin(nanos.getAsLong(), thisTurn);
    }
    if (full && begun >= most) {
      refused = true;
      return false;
    }
    begun++;
    return true;
  }

  private void begin(long now, Executor end) {
    turning = true;
    turnBegan = now;
    begun = 0;
    refused = false;
    end.execute(this::turned);
  }

  private void turned() {
    long now = nanos.getAsLong();
    long took = Math.max(1, now - turnBegan);
    turning = false;
    if (full) {
      adjust(now, took);
    } else {
      watch(now, took);
    }
    if (full || took > shortNanos) {
      // Without a rest in between, so that the next is measured whole, and not just what it begins.
      begin(now, nextTurn);
    }
  }

  private void watch(long now, long took) {
    if (took < longestNanos || begun < MANY) {
      longTurns = 0;
    } else if (longTurns++ == 0) {
      longSince = now;
    }
    if (longTurns >= TOLERATED_TURNS && now - longSince > TOLERATED_NANOS) {
      full = true;
      longTurns = 0;
      refusedAt = now;
      most = (int) Math.max(FEW, begun * shortNanos / took);
    }
  }

  private void adjust(long now, long took) {
    if (refused) {
      refusedAt = now;
    }
    if (took > shortNanos) {
      most = (int) Math.max(FEW, Math.max(most / 2, most * shortNanos / took));
    } else if (refused) {
      most += most / 8 + 1;
    }
    full = now - refusedAt <= CALM_NANOS;
  }
}
