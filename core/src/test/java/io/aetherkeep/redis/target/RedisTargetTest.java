package io.aetherkeep.redis.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A target gives the client its URL, keeps secrets out of logs, and bounds delays. */
class RedisTargetTest {

  @Test
  void connectionString_hasTheDatabaseAndTheCredentialsAsTheyCame() {
    assertEquals(
        "redis://user:p%40ss%24%2F@host:7000/2",
        RedisTarget.of("redis://user:p%40ss%24%2F@host:7000", 2).connectionString());
    assertEquals("rediss://host/0", RedisTarget.of("rediss://host/9", 0).connectionString());
    assertEquals(
        "redis://[::1]:6379/1", RedisTarget.of("redis://[::1]:6379", 1).connectionString());
  }

  @Test
  void address_hasNoCredentials() {
    RedisTarget target = RedisTarget.of("redis://user:secret@host", 2);
    assertEquals("redis://host:6379/2", target.address());
    assertEquals(target.address(), target.toString());
  }

  @Test
  void backoff_doublesWithinItsBounds() {
    Backoff backoff = Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(1));
    for (int failures = 1; failures < 200; failures++) {
      long most = Math.min(1000, 50L << Math.min(failures - 1, 10));
      long wait = backoff.after(failures).toMillis();
      assertTrue(wait >= most / 2 && wait <= most, wait + " ms after " + failures);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> Backoff.between(Duration.ofSeconds(1), Duration.ofMillis(1)));
  }
}
