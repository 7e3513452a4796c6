package io.aetherkeep.testing;

import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisTarget;
import java.time.Duration;

/**
 * Redis targets with long timeouts for busy machines, or short ones for tests of frozen servers.
 */
public final class PatientTarget {

  private PatientTarget() {}

  public static RedisTarget of(String url, int database) {
    return new RedisTarget(
        url,
        database,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        8192,
        Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(1)));
  }

  /** A target of database 0 that gives a server up soon. */
  public static RedisTarget impatient(String url) {
    return new RedisTarget(
        url,
        0,
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        64,
        Backoff.between(Duration.ofMillis(10), Duration.ofMillis(100)));
  }
}
