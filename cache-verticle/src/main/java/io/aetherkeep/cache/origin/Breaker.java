package io.aetherkeep.cache.origin;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Circuit breaker of an origin: opens after several failures in a row, and after a pause lets one
 * probe at a time through until the origin answers.
 *
 * <p>It counts every failure, including those of loads that no reader waits for. A call that began
 * before another one that was answered says nothing about the present when it fails later.
 */
public final class Breaker {

  /** Number of a refused call. */
  public static final long REFUSED = -1;

  private final int most;
  private final long pauseNanos;
  private final LongSupplier clock;
  private int failures;
  private long openUntil;

  /** Number of calls that have begun. */
  private long calls;

  /** Number of the latest call that the origin has answered. */
  private long answered;

  /** Number of the call that probes the origin; 0 if there is none. */
  private long probe;

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

  /** Begins a call; answers the number to report its result by, or {@link #REFUSED}. */
  public synchronized long begin() {
    boolean open = isOpen();
    if (open && (probe != 0 || clock.getAsLong() - openUntil < 0)) {
      return REFUSED;
    }
    calls++;
    probe = open ? calls : probe;
    return calls;
  }

  public synchronized void succeeded(long call) {
    answered = Math.max(answered, call);
    failures = 0;
    probe = 0;
  }

  public synchronized void failed(long call) {
    cancelled(call);
    if (call > answered) {
      failures++;
      openUntil = clock.getAsLong() + pauseNanos;
    }
  }

  /** Reports that the origin was not asked after all. */
  public synchronized void cancelled(long call) {
    probe = call == probe ? 0 : probe;
  }

  synchronized boolean isOpen() {
    return failures >= most;
  }
}
