package io.aetherkeep.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Measurement of the skew from replies that take time. */
class RedisSkewTest {

  private static final Instant NOW = Instant.parse("2026-11-21T04:01:45Z");

  private final RedisSkew skew = new RedisSkew(() -> NOW);

  @Test
  void theSkew_isTheDifferenceInTheMiddleOfTheTrip() {
    skew.learn(100_000, 10, 55_005);
    assertEquals(45_000, skew.skewMillis());
    assertEquals(NOW.minusMillis(45_000), skew.instant());
    skew.learn(200_000, 10, 155_003);
    assertEquals(45_000, skew.skewMillis(), "the difference is within the error");
    skew.learn(300_000, 0, 299_000);
    assertEquals(1000, skew.skewMillis());
  }

  @Test
  void aSlowAnswer_saysNothing() {
    skew.learn(100_000, 900, 55_000);
    assertEquals(0, skew.skewMillis());
  }
}
