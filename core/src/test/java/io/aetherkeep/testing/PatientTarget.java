package io.aetherkeep.testing;

import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisTarget;
import java.time.Duration;

/** Redis targets with long timeouts, for busy machines. */
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
}
