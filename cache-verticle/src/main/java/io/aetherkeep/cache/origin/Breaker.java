package io.aetherkeep.cache.origin;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps an origin that fails from being asked: after some failures in a row for a while, and then
 * by one at a time until it answers.
 *
 * <p>It counts every failure, those that no reader saw included.
 */
public final class Breaker {

  private final int most;
  private final long pauseNanos;
  private final LongSupplier clock;
  private int failures;
  private long openUntil;
  private boolean probing;

  /**
   * A breaker that lets pass.
   *
   * @param most how many failures in a row open it
   */
  Breaker(int most, Duration pause, LongSupplier clock) {
    this.most = most;
    this.pauseNanos = pause.toNanos();
    this.clock = clock;
  }

  /** Whether the origin may be asked; who is told so must tell what came of it. */
  public synchronized boolean lets() {
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

  synchronized boolean isOpen() {
    return failures >= most;
  }
}
