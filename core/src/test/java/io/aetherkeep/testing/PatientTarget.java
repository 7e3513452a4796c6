package io.aetherkeep.testing;

import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisTarget;
import java.time.Duration;

/** A Redis as tests ask it: patiently, as the machine may be busy with others. */
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
