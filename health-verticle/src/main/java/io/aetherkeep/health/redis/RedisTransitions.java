package io.aetherkeep.health.redis;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.HealthAsks.RedisHealthChanged;
import io.aetherkeep.catalogue.HealthAsks.Up;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a Redis goes away, and when it comes back. An event loop that was held up looks too
 * late at canaries that were not late; it has patience anew.
 */
public final class RedisTransitions {

  private static final System.Logger LOG = System.getLogger(RedisTransitions.class.getName());

  /** Looks are twice a second; after a longer pause the event loop was held up. */
  private static final Duration HELD_UP = Duration.ofSeconds(1);

  private final String space;
  private final CanaryHealth pulse;
  private final InstantSource clock;
  private Instant patientFrom;
  private Instant looked;
  private boolean wasUp;
  private final Consumer<Event> events;
  private @Nullable Up last;

  public RedisTransitions(
      String space, CanaryHealth pulse, InstantSource clock, Consumer<Event> events) {
    this.space = space;
    this.pulse = pulse;
    this.clock = clock;
    this.patientFrom = clock.instant();
    this.looked = patientFrom;
    this.events = events;
  }

  public void look() {
    Instant now = clock.instant();
    if (now.isAfter(looked.plus(HELD_UP))) {
      patientFrom = now;
    }
    looked = now;
    Up status = pulse.status(now);
    if (status == last
        || (status == Up.DOWN && now.isBefore(patientFrom.plus(CanaryHealth.PATIENCE)))) {
      return;
    }
    boolean first = last == null && status == Up.UP;
    last = status;
    if (!first) {
      String reason = pulse.reason(now);
      log(status, reason);
      events.accept(new RedisHealthChanged(space, status, reason));
    }
    wasUp |= status == Up.UP;
  }

  /** Of one that was never there the log has been told at the start. */
  private void log(Up status, @Nullable String reason) {
    if (wasUp) {
      LOG.log(
          status == Up.UP ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
          "The Redis of " + space + " is " + (status == Up.UP ? "up again" : "down: " + reason));
    }
  }
}
