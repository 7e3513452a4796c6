package io.aetherkeep.status.settings;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the status verticle.
 *
 * @param expiredRemembered how long an expired status answers "expired" and not "unknown"
 * @param stalledAfter time without a write after which running work has stalled
 * @param sweepEvery interval of the search for stalled work
 * @param celery kind of status that Celery results become, by space
 * @param celeryControls channel of Celery's control commands, by space; empty for the usual one
 * @param ends additional words that end a status, by space
 */
public record StatusSettings(
    Duration expiredRemembered,
    Duration stalledAfter,
    Duration sweepEvery,
    Map<String, Results> celery,
    Map<String, String> celeryControls,
    Map<String, EndWords> ends) {

  /** Kind of status that Celery results become. */
  public enum Results {
    NONE,
    PODCAST,
    REQUEST,
    CRAWL,
    DEPLOY
  }

  public StatusSettings {
    celery = Map.copyOf(celery);
    celeryControls = Map.copyOf(celeryControls);
    ends = Map.copyOf(ends);
  }

  /** The default settings. */
  public static StatusSettings usual() {
    return new StatusSettings(
        Duration.ofHours(24),
        Duration.ofMinutes(1),
        Duration.ofSeconds(1),
        Map.of(),
        Map.of(),
        Map.of());
  }

  /** Channel of Celery's control commands in a space; empty for the usual one of its database. */
  public String celeryControl(String space) {
    return celeryControls.getOrDefault(space, "");
  }

  public EndWords endWords(String space) {
    return ends.getOrDefault(space, EndWords.USUAL);
  }

  /**
   * The kind that Celery results become in a space; null if the space is no Celery result backend.
   */
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
