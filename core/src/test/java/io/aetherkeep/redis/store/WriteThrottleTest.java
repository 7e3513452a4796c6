package io.aetherkeep.redis.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WriteThrottleTest {

  private long now = 1_000_000;
  private final WriteThrottle throttle = new WriteThrottle(Duration.ofSeconds(5), () -> now);

  @Test
  void anEntry_isDueOnceAnInterval() {
    assertTrue(throttle.isDue("a"));
    assertTrue(throttle.isDue("b"));
    now += 4_999;
    assertFalse(throttle.isDue("a"));
    now += 1;
    assertTrue(throttle.isDue("a"));
    assertFalse(throttle.isDue("a"));
  }

  @Test
  void aShorterInterval_appliesToOneCall() {
    assertTrue(throttle.isDue("a", 500));
    now += 499;
    assertFalse(throttle.isDue("a", 500));
    now += 1;
    assertTrue(throttle.isDue("a", 500));
  }

  @Test
  void afterAFailure_orWhenTheClockWasSetBack_anEntryIsDue() {
    assertTrue(throttle.isDue("a"));
    throttle.failed("a");
    assertTrue(throttle.isDue("a"));
    now -= 60_000;
    assertTrue(throttle.isDue("a"));
  }

  @Test
  void whatWasWrittenOtherwise_isNotDue() {
    throttle.written("a");
    assertFalse(throttle.isDue("a"));
    now += 5_000;
    assertTrue(throttle.isDue("a"));
  }

  @Test
  void ofVeryManyEntries_theOldestAreDueSooner() {
    assertEquals(
        30_000, IntStream.range(0, 30_000).filter(i -> throttle.isDue("entry-" + i)).count());
    assertFalse(throttle.isDue("entry-29999"));
    assertTrue(throttle.isDue("entry-0"));
  }
}
