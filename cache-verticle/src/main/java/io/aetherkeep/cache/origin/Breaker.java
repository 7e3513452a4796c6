package io.aetherkeep.cache.origin;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Circuit breaker of an origin: opens after several failures in a row, and after a pause lets one
 * probe at a time through until the origin answers.
 *
 * <p>It counts every failure, including those of loads that no reader waits for.
 */
public final class Breaker {

  private final int most;
  private final long pauseNanos;
  private final LongSupplier clock;
  private int failures;
  private long openUntil;
  private boolean probing;

  /**
   * Creates a closed breaker.
   *
   * @param most number of failures in a row that open it
   */
  Breaker(int most, Duration pause, LongSupplier clock) {
    this.most = most;
    this.pauseNanos = pause.toNanos();
    this.clock = clock;
  }

  /** Whether the origin may be asked; a caller that gets true must report the result. */
  public synchronized boolean allowsCall() {
    if (failures < most) {
      return true;
    }
    if (probing || clock.getAsLong() - openUntil < 0) {
      return false;
    }
    probing = true;
    return true;
  }

  public synchronized void succeeded() {
    failures = 0;
    probing = false;
  }

  public synchronized void failed() {
    failures++;
    probing = false;
    openUntil = clock.getAsLong() + pauseNanos;
  }

  /** Reports that the origin was not asked after all. */
  public synchronized void cancelled() {
    probing = false;
  }

  synchronized boolean isOpen() {
    return failures >= most;
  }
}
