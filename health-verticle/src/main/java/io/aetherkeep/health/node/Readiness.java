package io.aetherkeep.health.node;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.HealthAsks.Check;
import io.aetherkeep.catalogue.HealthAsks.Health;
import io.aetherkeep.catalogue.HealthAsks.ReadReadiness;
import io.aetherkeep.catalogue.HealthAsks.Up;
import io.aetherkeep.health.redis.CanaryHealth;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Whether this node can serve: its canaries come back, Redis denies its user nothing that is
 * needed, and every verticle answers on every loop.
 */
public final class Readiness {

  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final Bus bus;
  private final Map<String, CanaryHealth> pulses;
  private final Function<String, Set<String>> denied;
  private final Map<String, Class<? extends Ask<?>>> verticles;
  private final InstantSource clock;

  /**
   * Readiness of a node.
   *
   * @param denied the commands that the user of a space may not use
   * @param verticles by their names, an ask that each answers
   */
  public Readiness(
      Bus bus,
      Map<String, CanaryHealth> pulses,
      Function<String, Set<String>> denied,
      Map<String, Class<? extends Ask<?>>> verticles,
      InstantSource clock) {
    this.bus = bus;
    this.pulses = pulses;
    this.denied = denied;
    this.verticles = new TreeMap<>(verticles);
    this.clock = clock;
  }

  public Future<Health> read(ReadReadiness ask) {
    Instant now = clock.instant();
    List<Check> checks = new ArrayList<>();
    pulses.forEach(
        (space, pulse) -> {
          checks.add(new Check("redis/" + space, pulse.status(now), pulse.reason(now)));
          rights(space).ifPresent(checks::add);
        });
    List<Future<Check>> probes =
        verticles.entrySet().stream().map(each -> probe(each.getKey(), each.getValue())).toList();
    return Future.all(probes)
        .map(
            all -> {
              probes.forEach(probe -> checks.add(probe.result()));
              return Health.of(checks);
            });
  }

  private Optional<Check> rights(String space) {
    Set<String> commands = denied.apply(space);
    return commands.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Check(
                "rights/" + space,
                Up.DOWN,
                "Redis denies " + String.join(", ", commands) + " to this user (NOPERM)"));
  }

  private Future<Check> probe(String name, Class<? extends Ask<?>> type) {
    return bus.probe(type, PATIENCE)
        .map(
            answers ->
                new Check(
                    "verticle/" + name,
                    answers ? Up.UP : Up.DOWN,
                    answers ? null : "an instance does not answer"));
  }
}
