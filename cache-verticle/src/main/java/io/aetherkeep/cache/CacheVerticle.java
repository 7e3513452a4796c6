package io.aetherkeep.cache;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.cache.config.ConfigSchemas;
import io.aetherkeep.cache.config.ConfigShelf;
import io.aetherkeep.cache.config.ConfigWatch;
import io.aetherkeep.cache.config.Configs;
import io.aetherkeep.cache.entries.Caches;
import io.aetherkeep.cache.entries.Shelves;
import io.aetherkeep.cache.invalidation.Invalidations;
import io.aetherkeep.cache.loading.StaleWatch;
import io.aetherkeep.cache.origin.OriginAppends;
import io.aetherkeep.cache.origin.Origins;
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
import io.aetherkeep.redis.RedisTracking;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Owns the caches' keyspaces; every instance serves all spaces on its own event loop. */
public final class CacheVerticle extends VerticleBase {

  /** How often one looks for changes that Redis does not tell: well within a second. */
  private static final long LOOK_MILLIS = 400;

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

  /** Makes the instances of one node, with the usual settings. */
  public static Supplier<CacheVerticle> instances(Bus bus, RedisAccess redis) {
    return instances(bus, redis, CacheSettings.usual());
  }

  /** Makes the instances of one node, which count and remember together. */
  public static Supplier<CacheVerticle> instances(
      Bus bus, RedisAccess redis, CacheSettings settings) {
    return instances(bus, redis, settings, null);
  }

  /**
   * Makes the instances of one node, which count and remember together.
   *
   * @param promises a directory for invalidations that are promised and not made yet; null where
   *     these may be lost with the node
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
    RedisShelves redisShelves = new RedisShelves(vertx, redis, node, settings);
    Shelves shelves = redisShelves.with(declared);
    Map<String, ConfigShelf> configShelves = redisShelves.configs(shelves, declared);
    Invalidations invalidations =
        new Invalidations(
            shelves, bus::publish, node.flights(), node.invalidations(), this::runBlocking);
    Caches caches = new Caches(shelves, bus::publish, invalidations::promise);
    CacheStatistics statistics = new CacheStatistics(shelves, node);
    Configs configs = new Configs(configShelves, new ConfigSchemas(), node.originLog());
    return Future.all(
        List.of(
            bus.answer(ReadEntry.class, caches::read),
            bus.answer(ReadEntries.class, caches::readMany),
            bus.answer(WriteEntry.class, caches::write),
            bus.answer(RemoveEntry.class, caches::remove),
            bus.answer(InvalidateEntries.class, invalidations::run),
            bus.answer(StartInvalidation.class, invalidations::start),
            bus.answer(ReadInvalidation.class, invalidations::read),
            bus.answer(
                AppendToOrigin.class,
                new OriginAppends(bus, declared, settings, node.originLog())::append),
            bus.answer(
                LoadFromOrigin.class, redisShelves.reads(shelves, configShelves, declared)::load),
            bus.answer(ReadCacheStats.class, statistics::read),
            bus.answer(ListConfigs.class, configs::list),
            bus.answer(ReadConfig.class, configs::read),
            bus.answer(WriteConfig.class, configs::write),
            bus.answer(RemoveConfig.class, configs::remove),
            bus.answer(ListConfigVersions.class, configs::versions),
            bus.answer(RollbackConfig.class, configs::rollback),
            node.near().isMineToOpen()
                ? hearChanges(redisShelves, shelves, configShelves, invalidations)
                : Future.succeededFuture()));
  }

  /** One instance hears for all. */
  private Future<?> hearChanges(
      RedisShelves redisShelves,
      Shelves shelves,
      Map<String, ConfigShelf> configs,
      Invalidations invalidations) {
    invalidations.takeOn();
    vertx.setPeriodic(LOOK_MILLIS, id -> invalidations.replay());
    for (Space space : redis.spaces()) {
      StaleWatch watch =
          redisShelves.staleWatch(space, shelves.of(space.name()), configs.get(space.name()));
      node.near().of(space).tell(watch);
      vertx.setPeriodic(LOOK_MILLIS, id -> watch.look());
    }
    for (ConfigShelf shelf : configs.values()) {
      long recheck = settings.near().recheck().toNanos();
      ConfigWatch watch = new ConfigWatch(shelf, recheck, bus::publishHere);
      shelf.shelf().near().tell(watch);
      vertx.setPeriodic(LOOK_MILLIS, id -> watch.tick());
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
