package io.aetherkeep.status;

import java.time.Duration;
import java.util.Map;

/**
 * What the status verticle needs to know.
 *
 * @param expiredRemembered for how long a status is known to have been there after it has expired
 * @param stalledAfter after which silence something in progress has stalled
 * @param sweepEvery how often it is looked what has stalled
 * @param celery the kind that the Celery results of a space become, by the space's name
 */
public record StatusSettings(
    Duration expiredRemembered,
    Duration stalledAfter,
    Duration sweepEvery,
    Map<String, String> celery) {

  public StatusSettings {
    celery = Map.copyOf(celery);
  }

  /** The usual settings. */
  public static StatusSettings usual() {
    return new StatusSettings(
        Duration.ofHours(24), Duration.ofMinutes(1), Duration.ofSeconds(1), Map.of());
  }
}
