package io.aetherkeep.health.node;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.HealthAsks.Check;
import io.aetherkeep.catalogue.HealthAsks.Health;
import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.ReadReadiness;
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
 * Readiness of this node: its canaries return, its Redis user has the needed rights, and every
 * verticle answers on every event loop.
 */
public final class Readiness {

  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final Bus bus;
  private final Map<String, CanaryHealth> canaries;
  private final Function<String, Set<String>> denied;
  private final Map<String, Class<? extends Ask<?>>> verticles;
  private final InstantSource clock;

  /**
   * Creates the readiness of a node.
   *
   * @param denied the commands that a space's Redis user lacks
   * @param verticles for each verticle's name, an ask that it answers
   */
  public Readiness(
      Bus bus,
      Map<String, CanaryHealth> canaries,
      Function<String, Set<String>> denied,
      Map<String, Class<? extends Ask<?>>> verticles,
      InstantSource clock) {
    this.bus = bus;
    this.canaries = canaries;
    this.denied = denied;
    this.verticles = new TreeMap<>(verticles);
    this.clock = clock;
  }

  public Future<Health> read(ReadReadiness ask) {
    Instant now = clock.instant();
    List<Check> checks = new ArrayList<>();
    canaries.forEach(
        (space, canary) -> {
          checks.add(new Check("redis/" + space, canary.status(now), canary.reason(now)));
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
                HealthStatus.DOWN,
                "Redis denies " + String.join(", ", commands) + " to this user (NOPERM)"));
  }

  private Future<Check> probe(String name, Class<? extends Ask<?>> type) {
    return bus.probe(type, PATIENCE)
        .map(
            answers ->
                new Check(
                    "verticle/" + name,
                    answers ? HealthStatus.UP : HealthStatus.DOWN,
                    answers ? null : "an instance does not answer"));
  }
}
