package io.aetherkeep.health;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.NodeAsks.LoadMeasured;
import io.aetherkeep.catalogue.OverviewAsks.NodeSeen;
import io.aetherkeep.catalogue.StatusAsks.StatusChanged;
import io.aetherkeep.health.node.Nodes;
import io.aetherkeep.health.node.RecentSamples;
import io.aetherkeep.health.node.Sampler;
import io.aetherkeep.health.provider.Providers;
import io.aetherkeep.health.redis.CanaryHealth;
import io.aetherkeep.health.redis.RedisCanary;
import io.aetherkeep.health.redis.RedisTransitions;
import io.aetherkeep.health.redis.SkewWarning;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Objects;

/**
 * Periodic work of health. Every event loop records its heartbeat. One loop of a node also runs
 * each Redis's canary, the sweep of providers, the samples of the last hour and the announcement of
 * this node to its peers.
 */
final class HealthUpkeep {

  private static final System.Logger LOG = System.getLogger(HealthUpkeep.class.getName());

  /** Often enough to notice a blocked loop, at negligible cost. */
  private static final long LOOP_MILLIS = 500;

  private static final long CANARY_MILLIS = 500;

  private static final long FIRST_SAMPLE_MILLIS = 1000;

  private final Vertx vertx;
  private final Bus bus;
  private final RedisAccess redis;
  private final HealthSettings settings;
  private final InstantSource clock;
  private final SharedHealth node;
  private final Providers providers;

  HealthUpkeep(
      Vertx vertx,
      Bus bus,
      RedisAccess redis,
      HealthSettings settings,
      InstantSource clock,
      SharedHealth node,
      Providers providers) {
    this.vertx = vertx;
    this.bus = bus;
    this.redis = redis;
    this.settings = settings;
    this.clock = clock;
    this.node = node;
    this.providers = providers;
  }

  Future<?> start() {
    vertx.setPeriodic(LOOP_MILLIS, id -> node.loops().recordBeat());
    node.loops().recordBeat();
    // One instance of each node is enough: nodes share the work by claiming it.
    return node.led().getAndSet(true) ? Future.succeededFuture() : lead();
  }

  private Future<?> lead() {
    vertx.setPeriodic(
        settings.sweepEvery().toMillis(),
        id -> redis.spaces().forEach(space -> sweep(space.name())));
    redis.spaces().forEach(this::watch);
    Sampler sampler = new Sampler(bus, node.samples(), clock);
    vertx.setPeriodic(
        FIRST_SAMPLE_MILLIS,
        RecentSamples.EVERY.toMillis(),
        id -> node.canaries().forEach(sampler::sample));
    vertx.setPeriodic(0, Nodes.EVERY.toMillis(), id -> node.peers().announce(bus));
    return Future.all(
        bus.subscribe(StatusChanged.class, e -> node.samples().onStatusChanged(e, clock.instant())),
        bus.subscribe(NodeSeen.class, node.peers()::onNodeSeen),
        bus.onSignal(LoadMeasured.class, node.peers()::onLoad));
  }

  private void watch(Space space) {
    CanaryHealth health = Objects.requireNonNull(node.canaries().get(space.name()));
    RedisCanary canary =
        new RedisCanary(
            redis.line(space),
            redis.subscriptions(space),
            space,
            node.id(),
            clock,
            health,
            () -> redis.degradedReason(space));
    canary.open();
    RedisTransitions transitions =
        new RedisTransitions(space.name(), health, clock, bus::publishHere);
    SkewWarning skew = new SkewWarning(space.name());
    vertx.setPeriodic(
        CANARY_MILLIS,
        id -> {
          transitions.check();
          skew.update(redis.skewMillis(space));
          canary.fly();
          logged(providers.merge(space.name(), node.id()), "merged");
        });
  }

  private void sweep(String space) {
    logged(providers.sweep(space), "swept");
  }

  /** Logs a failure of periodic work, which the next period repeats. */
  private static void logged(Future<?> work, String done) {
    work.onFailure(
        thrown ->
            LOG.log(
                System.Logger.Level.DEBUG, () -> "Providers could not be " + done + ": " + thrown));
  }
}
