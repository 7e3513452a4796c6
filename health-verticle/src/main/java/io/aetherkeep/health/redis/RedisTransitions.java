package io.aetherkeep.health.redis;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.RedisHealthChanged;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Publisher of a Redis's transitions between up and down. After a stall of its event loop it waits
 * again before it reports down, because the stall may have delayed the canaries.
 */
public final class RedisTransitions {

  private static final System.Logger LOG = System.getLogger(RedisTransitions.class.getName());

  /** A longer gap between two checks means that the event loop was stalled. */
  private static final Duration STALL = Duration.ofSeconds(1);

  private final String space;
  private final CanaryHealth health;
  private final InstantSource clock;
  private Instant patientFrom;
  private Instant lastCheck;
  private boolean wasUp;
  private final Consumer<Event> events;
  private @Nullable HealthStatus last;

  public RedisTransitions(
      String space, CanaryHealth health, InstantSource clock, Consumer<Event> events) {
    this.space = space;
    this.health = health;
    this.clock = clock;
    this.patientFrom = clock.instant();
    this.lastCheck = patientFrom;
    this.events = events;
  }

  public void check() {
    Instant now = clock.instant();
    if (now.isAfter(lastCheck.plus(STALL))) {
      patientFrom = now;
    }
    lastCheck = now;
    HealthStatus status = health.status(now);
    if (status == last
        || (status == HealthStatus.DOWN && now.isBefore(patientFrom.plus(CanaryHealth.PATIENCE)))) {
      return;
    }
    boolean first = last == null && status == HealthStatus.UP;
    last = status;
    if (!first) {
      String reason = health.reason(now);
      log(status, reason);
      events.accept(new RedisHealthChanged(space, status, reason));
    }
    wasUp |= status == HealthStatus.UP;
  }

  /** Logs a transition; a Redis that was never up was logged at the start. */
  private void log(HealthStatus status, @Nullable String reason) {
    if (wasUp) {
      LOG.log(
          status == HealthStatus.UP ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
          "The Redis of "
              + space
              + " is "
              + (status == HealthStatus.UP ? "up again" : "down: " + reason));
    }
  }
}
