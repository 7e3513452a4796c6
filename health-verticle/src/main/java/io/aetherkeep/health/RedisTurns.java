package io.aetherkeep.health;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.HealthAsks.RedisHealthChanged;
import io.aetherkeep.catalogue.HealthAsks.Up;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells when a Redis goes away, and when it comes back. */
final class RedisTurns {

  private static final System.Logger LOG = System.getLogger(RedisTurns.class.getName());

  private final String space;
  private final Pulse pulse;
  private final InstantSource clock;
  private final Instant begin;
  private final Consumer<Event> events;
  private @Nullable Up last;

  RedisTurns(String space, Pulse pulse, InstantSource clock, Consumer<Event> events) {
    this.space = space;
    this.pulse = pulse;
    this.clock = clock;
    this.begin = clock.instant();
    this.events = events;
  }

  void look() {
    Instant now = clock.instant();
    Up status = pulse.status(now);
    if (status == last || (last == null && now.isBefore(begin.plus(Pulse.PATIENCE)))) {
      return;
    }
    boolean first = last == null && status == Up.UP;
    last = status;
    if (!first) {
      String reason = pulse.reason(now);
      LOG.log(
          status == Up.UP ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
          "The Redis of " + space + " is " + (status == Up.UP ? "up again" : "down: " + reason));
      events.accept(new RedisHealthChanged(space, status, reason));
    }
  }
}
