package io.aetherkeep.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is moved; for any thread. */
public final class AdjustableClock implements InstantSource {

  private final AtomicReference<Instant> now;

  /** Begins at the present time, to the millisecond. */
  public AdjustableClock() {
    this(Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  public AdjustableClock(Instant now) {
    this.now = new AtomicReference<>(now);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  public void move(Duration by) {
    now.updateAndGet(present -> present.plus(by));
  }
}
