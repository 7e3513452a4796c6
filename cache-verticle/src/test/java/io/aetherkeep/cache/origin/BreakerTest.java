package io.aetherkeep.cache.origin;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The circuit breaker opens after consecutive failures and closes after one success. */
class BreakerTest {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final Breaker breaker = new Breaker(2, Duration.ofNanos(10), now::get);

  @Test
  void lets_untilThereWereEnoughFailuresInARow() {
    breaker.failed();
    breaker.succeeded();
    breaker.failed();
    assertTrue(breaker.allowsCall());
    breaker.failed();
    assertFalse(breaker.allowsCall());
    assertTrue(breaker.isOpen());
  }

  @Test
  void lets_oneProbeAfterThePause() {
    breaker.failed();
    breaker.failed();
    now.addAndGet(9);
    assertFalse(breaker.allowsCall());
    now.addAndGet(1);
    assertTrue(breaker.allowsCall());
    assertFalse(breaker.allowsCall());
    breaker.failed();
    assertFalse(breaker.allowsCall());
    now.addAndGet(10);
    assertTrue(breaker.allowsCall());
    breaker.succeeded();
    assertTrue(breaker.allowsCall());
    assertTrue(breaker.allowsCall());
  }

  @Test
  void cancelled_letsTheNextProbe() {
    breaker.failed();
    breaker.failed();
    now.addAndGet(10);
    assertTrue(breaker.allowsCall());
    breaker.cancelled();
    assertTrue(breaker.isOpen());
    assertTrue(breaker.allowsCall());
  }
}
