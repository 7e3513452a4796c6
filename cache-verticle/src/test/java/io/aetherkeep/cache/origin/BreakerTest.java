package io.aetherkeep.cache.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The circuit breaker opens after consecutive failures and closes after one success. */
class BreakerTest {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final Breaker breaker = new Breaker(2, Duration.ofNanos(10), now::get);

  /** Begins a call, which must be allowed. */
  private long begin() {
    long call = breaker.begin();
    assertNotEquals(Breaker.REFUSED, call);
    return call;
  }

  private void assertRefused() {
    assertEquals(Breaker.REFUSED, breaker.begin());
  }

  private void open() {
    breaker.failed(begin());
    breaker.failed(begin());
  }

  @Test
  void lets_untilThereWereEnoughFailuresInARow() {
    breaker.failed(begin());
    breaker.succeeded(begin());
    breaker.failed(begin());
    breaker.failed(begin());
    assertRefused();
    assertTrue(breaker.isOpen());
  }

  @Test
  void lets_oneProbeAfterThePause() {
    open();
    now.addAndGet(9);
    assertRefused();
    now.addAndGet(1);
    long probe = begin();
    assertRefused();
    breaker.failed(probe);
    assertRefused();
    now.addAndGet(10);
    breaker.succeeded(begin());
    begin();
    begin();
  }

  @Test
  void cancelled_letsTheNextProbe() {
    open();
    now.addAndGet(10);
    breaker.cancelled(begin());
    assertTrue(breaker.isOpen());
    begin();
  }

  @Test
  void callsThatBeganBeforeAnAnsweredOne_doNotOpenItWhenTheyFail() {
    long[] hanging = {begin(), begin(), begin()};
    open();
    now.addAndGet(10);
    breaker.succeeded(begin());
    for (long call : hanging) {
      breaker.failed(call);
    }
    assertFalse(breaker.isOpen());
    begin();
  }

  @Test
  void callThatBeganBeforeTheProbe_doesNotEndIt() {
    long hanging = begin();
    open();
    now.addAndGet(10);
    begin();
    breaker.failed(hanging);
    now.addAndGet(10);
    assertRefused();
  }
}
