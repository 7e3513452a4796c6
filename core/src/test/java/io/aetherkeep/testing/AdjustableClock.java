package io.aetherkeep.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Clock that stands still until a test moves it; for any thread. */
public final class AdjustableClock implements InstantSource {

  private final AtomicReference<Instant> now;

  /** Starts at the current time, to the millisecond. */
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
