package io.aetherkeep.status.settings;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the status verticle needs to know.
 *
 * @param expiredRemembered for how long a status is known to have been there after it has expired
 * @param stalledAfter after which silence something in progress has stalled
 * @param sweepEvery how often it is looked what has stalled
 * @param celery what the Celery results of a space become, by the space's name
 * @param ends the words by which a status of a space ends, by the space's name
 */
public record StatusSettings(
    Duration expiredRemembered,
    Duration stalledAfter,
    Duration sweepEvery,
    Map<String, Results> celery,
    Map<String, EndWords> ends) {

  /** What the results of a Celery become. */
  public enum Results {
    NONE,
    PODCAST,
    REQUEST,
    CRAWL,
    DEPLOY
  }

  public StatusSettings {
    celery = Map.copyOf(celery);
    ends = Map.copyOf(ends);
  }

  /** The usual settings. */
  public static StatusSettings usual() {
    return new StatusSettings(
        Duration.ofHours(24), Duration.ofMinutes(1), Duration.ofSeconds(1), Map.of(), Map.of());
  }

  public EndWords endWords(String space) {
    return ends.getOrDefault(space, EndWords.USUAL);
  }

  /** What the Celery results of a space become, if it is a result backend. */
  @Nullable
  public StatusKind celeryKind(String space) {
    return switch (celery.getOrDefault(space, Results.NONE)) {
      case NONE -> null;
      case PODCAST -> StatusKind.PODCAST;
      case REQUEST -> StatusKind.REQUEST;
      case CRAWL -> StatusKind.CRAWL;
      case DEPLOY -> StatusKind.DEPLOY;
    };
  }
}
