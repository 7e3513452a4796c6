package io.aetherkeep.status;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that only a test moves. */
final class MovedClock implements InstantSource {

  private final AtomicLong millis = new AtomicLong(System.currentTimeMillis());

  void pass(Duration time) {
    millis.addAndGet(time.toMillis());
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis.get());
  }
}
