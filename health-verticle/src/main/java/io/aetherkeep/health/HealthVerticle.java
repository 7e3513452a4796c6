package io.aetherkeep.health;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.HealthAsks.DisableProvider;
import io.aetherkeep.catalogue.HealthAsks.EnableProvider;
import io.aetherkeep.catalogue.HealthAsks.LeaseProvider;
import io.aetherkeep.catalogue.HealthAsks.ListProviders;
import io.aetherkeep.catalogue.HealthAsks.ReadLiveness;
import io.aetherkeep.catalogue.HealthAsks.ReadProvider;
import io.aetherkeep.catalogue.HealthAsks.ReadReadiness;
import io.aetherkeep.catalogue.HealthAsks.ReadRedisHealth;
import io.aetherkeep.catalogue.HealthAsks.ReportOutcomes;
import io.aetherkeep.catalogue.HealthAsks.RunSelfTest;
import io.aetherkeep.catalogue.HealthAsks.WriteProvider;
import io.aetherkeep.catalogue.OverviewAsks.ReadNodes;
import io.aetherkeep.catalogue.OverviewAsks.ReadPast;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.StatusAsks.ReadStatus;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.health.node.Readiness;
import io.aetherkeep.health.provider.ManualOverride;
import io.aetherkeep.health.provider.ProviderGroups;
import io.aetherkeep.health.provider.ProviderLeases;
import io.aetherkeep.health.provider.ProviderLists;
import io.aetherkeep.health.provider.ProviderStore;
import io.aetherkeep.health.provider.Providers;
import io.aetherkeep.health.provider.RedisProviders;
import io.aetherkeep.health.redis.RedisSelfTest;
import io.aetherkeep.health.redis.RedisState;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisClock;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Health of providers, Redis and nodes; every instance serves all spaces on its own event loop. */
public final class HealthVerticle extends VerticleBase {

  private final Bus bus;
  private final RedisAccess redis;
  private final HealthSettings settings;
  private final InstantSource clock;
  private final Function<Space, RedisClock> clocks;
  private final SharedHealth node;

  /** For each verticle, an ask that it answers. */
  private static final Map<String, Class<? extends Ask<?>>> ANSWERERS =
      Map.of(
          "cache", ReadEntry.class,
          "session", ReadSession.class,
          "status", ReadStatus.class,
          "stream", ReadStream.class,
          "health", ReadProvider.class);

  private HealthVerticle(
      Bus bus,
      RedisAccess redis,
      HealthSettings settings,
      InstantSource clock,
      Function<Space, RedisClock> clocks,
      SharedHealth node) {
    this.clocks = clocks;
    this.bus = bus;
    this.redis = redis;
    this.settings = settings;
    this.clock = clock;
    this.node = node;
  }

  /** Returns a supplier of the instances of one node; one of them does the periodic work. */
  public static Supplier<HealthVerticle> instances(
      Bus bus, RedisAccess redis, HealthSettings settings) {
    return instances(bus, redis, settings, InstantSource.system(), redis::clock);
  }

  /** The same with a clock that tests move. */
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
    SharedHealth node = SharedHealth.of(redis, clock);
    return () -> new HealthVerticle(bus, redis, settings, clock, clocks, node);
  }

  @Override
  public Future<?> start() {
    PerSpace<ProviderStore> stores = stores();
    ProviderGroups groups = new ProviderGroups(stores, settings);
    Providers providers = new Providers(stores, groups, settings, node.outages(), bus::publish);
    ManualOverride overrides = new ManualOverride(stores, groups, providers);
    ProviderLists lists = new ProviderLists(providers, settings);
    RedisSelfTest selfTest = new RedisSelfTest(redis);
    RedisState state = new RedisState(redis, node.canaries(), node.census(), clock);
    Readiness readiness = new Readiness(bus, node.canaries(), denied(), ANSWERERS, clock);
    return Future.all(
        List.of(
            new HealthUpkeep(vertx, bus, redis, settings, clock, node, providers).start(),
            bus.answer(ReadPast.class, node.samples()::read),
            bus.answer(ReadNodes.class, node.peers()::read),
            bus.answer(ReadLiveness.class, node.loops()::read),
            bus.answer(ReadReadiness.class, readiness::read),
            bus.answer(ReadRedisHealth.class, state::read),
            bus.answer(RunSelfTest.class, selfTest::run),
            bus.answer(ReadProvider.class, providers::read),
            bus.answer(ListProviders.class, lists::list),
            bus.answer(ReportOutcomes.class, providers::report),
            bus.answer(LeaseProvider.class, new ProviderLeases(providers, lists, settings)::lease),
            bus.answer(WriteProvider.class, overrides::write),
            bus.answer(DisableProvider.class, overrides::disable),
            bus.answer(EnableProvider.class, overrides::enable)));
  }

  private Function<String, Set<String>> denied() {
    PerSpace<Space> spaces = PerSpace.each(redis.spaces(), space -> space);
    return name -> redis.denied(spaces.of(name));
  }

  private PerSpace<ProviderStore> stores() {
    return PerSpace.each(
        redis.spaces(), space -> new RedisProviders(redis.line(space), space, clocks.apply(space)));
  }
}
