package io.aetherkeep.health;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.ProviderAsks.ReadProvider;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.StatusAsks.ReadStatus;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.health.audit.RedisAudit;
import io.aetherkeep.health.node.Readiness;
import io.aetherkeep.health.provider.ManualOverride;
import io.aetherkeep.health.provider.ProviderGroups;
import io.aetherkeep.health.provider.ProviderLeases;
import io.aetherkeep.health.provider.ProviderLists;
import io.aetherkeep.health.provider.Providers;
import io.aetherkeep.health.redis.RedisSelfTest;
import io.aetherkeep.health.redis.RedisSlowLog;
import io.aetherkeep.health.redis.RedisState;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.store.ProviderStore;
import io.aetherkeep.health.store.RedisProviders;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisClock;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Services behind one health verticle, wired to the Redis connections of its event loop. */
final class HealthServices {

  /** For each verticle, an ask that it answers. */
  private static final Map<String, Class<? extends Ask<?>>> ANSWERERS =
      Map.of(
          "cache", ReadEntry.class,
          "session", ReadSession.class,
          "status", ReadStatus.class,
          "stream", ReadStream.class,
          "health", ReadProvider.class);

  final SharedHealth node;
  final Providers providers;
  final ProviderLists lists;
  final ProviderLeases leases;
  final ManualOverride overrides;
  final RedisSelfTest selfTest;
  final RedisState redisState;
  final RedisSlowLog slowLog;
  final RedisAudit audit;
  final Readiness readiness;
  final HealthUpkeep upkeep;

  HealthServices(
      Vertx vertx,
      Bus bus,
      RedisAccess redis,
      HealthSettings settings,
      InstantSource clock,
      Function<Space, RedisClock> clocks,
      SharedHealth node) {
    this.node = node;
    PerSpace<ProviderStore> stores =
        PerSpace.each(
            redis.spaces(),
            space ->
                new RedisProviders(
                    redis.line(space), space, clocks.apply(space), node.scans().of(space.name())));
    ProviderGroups groups = new ProviderGroups(stores, settings);
    providers = new Providers(stores, groups, settings, node.outages(), bus::publish);
    overrides = new ManualOverride(stores, groups, providers);
    lists = new ProviderLists(providers, settings);
    leases = new ProviderLeases(providers, lists, settings);
    selfTest = new RedisSelfTest(redis);
    audit = new RedisAudit(redis, clocks);
    slowLog = new RedisSlowLog(redis);
    redisState = new RedisState(redis, node.canaries(), node.census(), clock);
    readiness = new Readiness(bus, node.canaries(), denied(redis), ANSWERERS, clock);
    upkeep = new HealthUpkeep(vertx, bus, redis, settings, clock, node, providers);
  }

  private static Function<String, Set<String>> denied(RedisAccess redis) {
    PerSpace<Space> spaces = PerSpace.each(redis.spaces(), space -> space);
    return name -> redis.denied(spaces.of(name));
  }
}
