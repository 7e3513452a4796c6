package io.aetherkeep.cache;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.cache.config.ConfigCache;
import io.aetherkeep.cache.config.ConfigWatch;
import io.aetherkeep.cache.config.Configs;
import io.aetherkeep.cache.entries.CacheEntries;
import io.aetherkeep.cache.entries.Caches;
import io.aetherkeep.cache.invalidation.Invalidations;
import io.aetherkeep.cache.loading.StaleWatch;
import io.aetherkeep.cache.origin.OriginAppends;
import io.aetherkeep.cache.origin.Origins;
import io.aetherkeep.cache.schema.ConfigSchemas;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.catalogue.CacheAsks.AppendToOrigin;
import io.aetherkeep.catalogue.CacheAsks.InvalidateEntries;
import io.aetherkeep.catalogue.CacheAsks.LoadFromOrigin;
import io.aetherkeep.catalogue.CacheAsks.ReadCacheStats;
import io.aetherkeep.catalogue.CacheAsks.ReadEntries;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.CacheAsks.ReadInvalidation;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.StartInvalidation;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigVersions;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigs;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.ConfigAsks.RemoveConfig;
import io.aetherkeep.catalogue.ConfigAsks.RollbackConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfig;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.subscription.RedisTracking;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Verticle of the caches; every instance serves all spaces on its own event loop. */
public final class CacheVerticle extends VerticleBase {

  /** Interval of the checks that do not depend on Redis's notifications. */
  private static final long CHECK_MILLIS = 400;

  private final Bus bus;
  private final RedisAccess redis;
  private final CacheNode node;
  private final CacheSettings settings;
  private @Nullable Origins origins;
  private List<RedisTracking> trackings = List.of();

  private CacheVerticle(Bus bus, RedisAccess redis, CacheNode node, CacheSettings settings) {
    this.settings = settings;
    this.bus = bus;
    this.redis = redis;
    this.node = node;
  }

  /** Creates the instances of one node, with the default settings. */
  public static Supplier<CacheVerticle> instances(Bus bus, RedisAccess redis) {
    return instances(bus, redis, CacheSettings.usual());
  }

  /** Creates the instances of one node, which share counters and near caches. */
  public static Supplier<CacheVerticle> instances(
      Bus bus, RedisAccess redis, CacheSettings settings) {
    return instances(bus, redis, settings, null);
  }

  /**
   * Creates the instances of one node, which share counters and near caches.
   *
   * @param promises directory of promised invalidations that have not run yet; if null, they are
   *     lost when the node stops
   */
  public static Supplier<CacheVerticle> instances(
      Bus bus, RedisAccess redis, CacheSettings settings, @Nullable Path promises) {
    CacheNode node = CacheNode.of(settings, promises);
    return () -> new CacheVerticle(bus, redis, node, settings);
  }

  @Override
  public Future<?> start() {
    Origins declared = new Origins(vertx, bus, settings, node.originLog());
    origins = declared;
    RedisCaches redisCaches = new RedisCaches(vertx, redis, node, settings);
    Caches caches = redisCaches.with(declared);
    Map<String, ConfigCache> configCaches = redisCaches.configs(caches, declared);
    Invalidations invalidations =
        new Invalidations(
            caches, bus::publish, node.flights(), node.invalidations(), this::runBlocking);
    CacheEntries entries = new CacheEntries(caches, bus::publish, invalidations::promise);
    CacheStatistics statistics = new CacheStatistics(caches, node);
    Configs configs = new Configs(configCaches, new ConfigSchemas(), node.originLog());
    return Future.all(
        List.of(
            bus.answer(ReadEntry.class, entries::read),
            bus.answer(ReadEntries.class, entries::readMany),
            bus.answer(WriteEntry.class, entries::write),
            bus.answer(RemoveEntry.class, entries::remove),
            bus.answer(InvalidateEntries.class, invalidations::run),
            bus.answer(StartInvalidation.class, invalidations::start),
            bus.answer(ReadInvalidation.class, invalidations::read),
            bus.answer(
                AppendToOrigin.class,
                new OriginAppends(bus, declared, settings, node.originLog())::append),
            bus.answer(
                LoadFromOrigin.class, redisCaches.reads(caches, configCaches, declared)::load),
            bus.answer(ReadCacheStats.class, statistics::read),
            bus.answer(ListConfigs.class, configs::list),
            bus.answer(ReadConfig.class, configs::read),
            bus.answer(WriteConfig.class, configs::write),
            bus.answer(RemoveConfig.class, configs::remove),
            bus.answer(ListConfigVersions.class, configs::versions),
            bus.answer(RollbackConfig.class, configs::rollback),
            node.near().isMineToOpen()
                ? hearChanges(redisCaches, caches, configCaches, invalidations)
                : Future.succeededFuture()));
  }

  /**
   * Subscribes one instance to Redis's change notifications, on behalf of all instances of the
   * node.
   */
  private Future<?> hearChanges(
      RedisCaches redisCaches,
      Caches caches,
      Map<String, ConfigCache> configs,
      Invalidations invalidations) {
    invalidations.takeOn();
    vertx.setPeriodic(CHECK_MILLIS, id -> invalidations.replay());
    for (Space space : redis.spaces()) {
      StaleWatch watch =
          redisCaches.staleWatch(space, caches.of(space.name()), configs.get(space.name()));
      node.near().of(space).listen(watch);
      vertx.setPeriodic(CHECK_MILLIS, id -> watch.check());
    }
    for (ConfigCache cache : configs.values()) {
      long recheck = settings.near().recheck().toNanos();
      ConfigWatch watch = new ConfigWatch(cache, recheck, bus::publishHere);
      cache.cache().near().listen(watch);
      vertx.setPeriodic(CHECK_MILLIS, id -> watch.tick());
    }
    return node.near().open(redis).onSuccess(open -> trackings = open);
  }

  private Future<?> runBlocking(Runnable task) {
    return vertx.executeBlocking(
        () -> {
          task.run();
          return null;
        });
  }

  @Override
  public Future<?> stop() {
    List<Future<?>> closing = new ArrayList<>();
    trackings.forEach(tracking -> closing.add(tracking.close()));
    if (origins != null) {
      closing.add(origins.close());
    }
    return Future.all(closing);
  }
}
