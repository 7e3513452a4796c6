package io.aetherkeep.health;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.HealthAsks.DisableProvider;
import io.aetherkeep.catalogue.HealthAsks.EnableProvider;
import io.aetherkeep.catalogue.HealthAsks.ListProviders;
import io.aetherkeep.catalogue.HealthAsks.ReadLiveness;
import io.aetherkeep.catalogue.HealthAsks.ReadProvider;
import io.aetherkeep.catalogue.HealthAsks.ReadReadiness;
import io.aetherkeep.catalogue.HealthAsks.ReadRedisHealth;
import io.aetherkeep.catalogue.HealthAsks.ReportOutcomes;
import io.aetherkeep.catalogue.HealthAsks.RunSelfTest;
import io.aetherkeep.catalogue.HealthAsks.WriteProvider;
import io.aetherkeep.catalogue.OverviewAsks.NodeSeen;
import io.aetherkeep.catalogue.OverviewAsks.ReadNodes;
import io.aetherkeep.catalogue.OverviewAsks.ReadPast;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.StatusAsks.ReadStatus;
import io.aetherkeep.catalogue.StatusAsks.StatusChanged;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.health.node.LoopBeats;
import io.aetherkeep.health.node.Nodes;
import io.aetherkeep.health.node.Readiness;
import io.aetherkeep.health.node.RecentSamples;
import io.aetherkeep.health.node.Sampler;
import io.aetherkeep.health.provider.ManualOverride;
import io.aetherkeep.health.provider.OutageBuffer;
import io.aetherkeep.health.provider.ProviderGroups;
import io.aetherkeep.health.provider.ProviderLists;
import io.aetherkeep.health.provider.ProviderStore;
import io.aetherkeep.health.provider.Providers;
import io.aetherkeep.health.provider.RedisProviders;
import io.aetherkeep.health.redis.CanaryHealth;
import io.aetherkeep.health.redis.RedisCanary;
import io.aetherkeep.health.redis.RedisCensus;
import io.aetherkeep.health.redis.RedisSelfTest;
import io.aetherkeep.health.redis.RedisState;
import io.aetherkeep.health.redis.RedisTransitions;
import io.aetherkeep.health.redis.SkewWarning;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisClock;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/** Owns what is known of providers; every instance serves all spaces on its own event loop. */
public final class HealthVerticle extends VerticleBase {

  private static final System.Logger LOG = System.getLogger(HealthVerticle.class.getName());

  private final Bus bus;
  private final RedisAccess redis;
  private final HealthSettings settings;
  private final InstantSource clock;
  private final Function<Space, RedisClock> clocks;
  private final Node node;

  /** Often enough to notice a blocked loop, seldom enough to cost nothing. */
  private static final long LOOP_MILLIS = 500;

  private static final long CANARY_MILLIS = 500;

  /** Of every verticle an ask that it answers. */
  private static final Map<String, Class<? extends Ask<?>>> ANSWERERS =
      Map.of(
          "cache", ReadEntry.class,
          "session", ReadSession.class,
          "status", ReadStatus.class,
          "stream", ReadStream.class,
          "health", ReadProvider.class);

  /**
   * What the instances of one node share.
   *
   * @param led whether one of them does already what one has to do
   */
  private record Node(
      String id,
      AtomicBoolean led,
      Map<String, CanaryHealth> pulses,
      Map<String, OutageBuffer> meanwhile,
      LoopBeats loops,
      RedisCensus census,
      RecentSamples past,
      Nodes nodes) {}

  private HealthVerticle(
      Bus bus,
      RedisAccess redis,
      HealthSettings settings,
      InstantSource clock,
      Function<Space, RedisClock> clocks,
      Node node) {
    this.clocks = clocks;
    this.bus = bus;
    this.redis = redis;
    this.settings = settings;
    this.clock = clock;
    this.node = node;
  }

  /** Makes the instances of one node, of which one sweeps. */
  public static Supplier<HealthVerticle> instances(
      Bus bus, RedisAccess redis, HealthSettings settings) {
    return instances(bus, redis, settings, InstantSource.system(), redis::clock);
  }

  /** The same by another clock than Redis's; for tests, which move it. */
  static Supplier<HealthVerticle> instances(
      Bus bus, RedisAccess redis, HealthSettings settings, InstantSource clock) {
    return instances(bus, redis, settings, clock, space -> RedisClock.by(clock));
  }

  private static Supplier<HealthVerticle> instances(
      Bus bus,
      RedisAccess redis,
      HealthSettings settings,
      InstantSource clock,
      Function<Space, RedisClock> clocks) {
    Map<String, CanaryHealth> pulses = new LinkedHashMap<>();
    Map<String, OutageBuffer> meanwhile = new LinkedHashMap<>();
    for (Space space : redis.spaces()) {
      pulses.put(space.name(), new CanaryHealth());
      meanwhile.put(space.name(), new OutageBuffer(clock));
    }
    String id = UUID.randomUUID().toString();
    Node node =
        new Node(
            id,
            new AtomicBoolean(),
            pulses,
            meanwhile,
            new LoopBeats(),
            new RedisCensus(redis, clock),
            new RecentSamples(pulses.keySet()),
            new Nodes(id, List.copyOf(pulses.keySet()), clock));
    return () -> new HealthVerticle(bus, redis, settings, clock, clocks, node);
  }

  @Override
  public Future<?> start() {
    PerSpace<ProviderStore> stores = stores();
    ProviderGroups groups = new ProviderGroups(stores, settings);
    Providers providers = new Providers(stores, groups, settings, node.meanwhile(), bus::publish);
    ManualOverride byHand = new ManualOverride(stores, groups, providers);
    ProviderLists lists = new ProviderLists(providers, settings);
    RedisSelfTest selfTest = new RedisSelfTest(redis);
    RedisState state = new RedisState(redis, node.pulses(), node.census(), clock);
    Readiness readiness = new Readiness(bus, node.pulses(), denied(), ANSWERERS, clock);
    vertx.setPeriodic(LOOP_MILLIS, id -> node.loops().turned());
    node.loops().turned();
    Future<?> led = lead(providers);
    return Future.all(
        List.of(
            led,
            bus.answer(ReadPast.class, node.past()::read),
            bus.answer(ReadNodes.class, node.nodes()::read),
            bus.answer(ReadLiveness.class, node.loops()::read),
            bus.answer(ReadReadiness.class, readiness::read),
            bus.answer(ReadRedisHealth.class, state::read),
            bus.answer(RunSelfTest.class, selfTest::run),
            bus.answer(ReadProvider.class, providers::read),
            bus.answer(ListProviders.class, lists::list),
            bus.answer(ReportOutcomes.class, providers::report),
            bus.answer(WriteProvider.class, byHand::write),
            bus.answer(DisableProvider.class, byHand::disable),
            bus.answer(EnableProvider.class, byHand::enable)));
  }

  private Function<String, Set<String>> denied() {
    PerSpace<Space> spaces = PerSpace.each(redis.spaces(), space -> space);
    return name -> redis.denied(spaces.of(name));
  }

  private PerSpace<ProviderStore> stores() {
    return PerSpace.each(
        redis.spaces(), space -> new RedisProviders(redis.line(space), space, clocks.apply(space)));
  }

  /** One instance of a node is enough: nodes share the work by claiming it. */
  private Future<?> lead(Providers providers) {
    if (node.led().getAndSet(true)) {
      return Future.succeededFuture();
    }
    vertx.setPeriodic(
        settings.sweepEvery().toMillis(),
        id -> redis.spaces().forEach(space -> sweep(providers, space.name())));
    redis.spaces().forEach(space -> watch(space, providers));
    return overview();
  }

  /** Keeps the last hour, and an ear on the other nodes. */
  private Future<?> overview() {
    Sampler sampler = new Sampler(bus, node.past(), clock);
    vertx.setPeriodic(
        1000, RecentSamples.EVERY.toMillis(), id -> node.pulses().forEach(sampler::sample));
    vertx.setPeriodic(0, Nodes.EVERY.toMillis(), id -> node.nodes().tell(bus));
    return Future.all(
        bus.subscribe(StatusChanged.class, e -> node.past().heard(e, clock.instant())),
        bus.subscribe(NodeSeen.class, node.nodes()::heard));
  }

  private void watch(Space space, Providers providers) {
    CanaryHealth pulse = Objects.requireNonNull(node.pulses().get(space.name()));
    RedisCanary canary =
        new RedisCanary(
            redis.line(space),
            redis.subscriptions(space),
            space,
            node.id(),
            clock,
            pulse,
            () -> redis.whyPartly(space));
    canary.open();
    RedisTransitions turns = new RedisTransitions(space.name(), pulse, clock, bus::publishHere);
    SkewWarning skew = new SkewWarning(space.name());
    vertx.setPeriodic(
        CANARY_MILLIS,
        id -> {
          turns.look();
          skew.look(redis.skewMillis(space));
          canary.fly();
          noted(providers.merge(space.name(), node.id()), "merged");
        });
  }

  private static void sweep(Providers providers, String space) {
    noted(providers.sweep(space), "swept");
  }

  /** What is done time and again is done another time where it fails. */
  private static void noted(Future<?> work, String done) {
    work.onFailure(
        thrown ->
            LOG.log(System.Logger.Level.DEBUG, () -> "Providers were not " + done + ": " + thrown));
  }
}
