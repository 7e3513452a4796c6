package io.aetherkeep.cache;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.cache.config.ConfigCache;
import io.aetherkeep.cache.config.ConfigWatch;
import io.aetherkeep.cache.config.Configs;
import io.aetherkeep.cache.entries.CacheEntries;
import io.aetherkeep.cache.entries.Caches;
import io.aetherkeep.cache.entries.EntryWatch;
import io.aetherkeep.cache.invalidation.Invalidations;
import io.aetherkeep.cache.loading.StaleWatch;
import io.aetherkeep.cache.origin.OriginAppends;
import io.aetherkeep.cache.origin.OriginReads;
import io.aetherkeep.cache.origin.Origins;
import io.aetherkeep.cache.schema.ConfigSchemas;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.catalogue.CacheAsks.EntryWatched;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.subscription.RedisTracking;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Services behind one cache verticle, wired to the Redis connections of its event loop. */
final class CacheServices {

  /** Interval of the checks that do not depend on Redis's notifications. */
  private static final long CHECK_MILLIS = 400;

  final CacheEntries entries;
  final Invalidations invalidations;
  final Configs configs;
  final OriginAppends appends;
  final OriginReads reads;
  final CacheStatistics statistics;
  final EntryListing listing;
  final HeldCopies copies;

  private final Vertx vertx;
  private final Bus bus;
  private final RedisAccess redis;
  private final CacheNode node;
  private final CacheSettings settings;
  private final Origins origins;
  private final RedisCaches redisCaches;
  private final Caches caches;
  private final Map<String, ConfigCache> configCaches;
  private List<RedisTracking> trackings = List.of();

  CacheServices(Vertx vertx, Bus bus, RedisAccess redis, CacheNode node, CacheSettings settings) {
    this.vertx = vertx;
    this.bus = bus;
    this.redis = redis;
    this.node = node;
    this.settings = settings;
    origins = new Origins(vertx, bus, settings, node.originLog());
    redisCaches = new RedisCaches(vertx, redis, node, settings);
    caches = redisCaches.with(origins);
    configCaches = redisCaches.configs(caches, origins);
    invalidations =
        new Invalidations(
            caches, bus::publish, node.flights(), node.invalidations(), this::runBlocking);
    entries = new CacheEntries(caches, bus::publish, invalidations::promise);
    configs = new Configs(configCaches, new ConfigSchemas(), node.originLog());
    appends = new OriginAppends(bus, origins, settings, node.originLog());
    reads = redisCaches.reads(caches, configCaches, origins);
    statistics = new CacheStatistics(caches, node);
    listing = new EntryListing(caches);
    copies = new HeldCopies(caches, configCaches);
  }

  /** Subscribes to Redis's change notifications, if this is the first instance of its node. */
  Future<?> subscribe() {
    if (!node.near().isOpener()) {
      return Future.succeededFuture();
    }
    invalidations.queuePromised();
    vertx.setPeriodic(CHECK_MILLIS, id -> invalidations.replay());
    List<Future<?>> hearing = new ArrayList<>();
    for (Space space : redis.spaces()) {
      StaleWatch watch =
          redisCaches.staleWatch(space, caches.of(space.name()), configCaches.get(space.name()));
      node.near().of(space).listen(watch);
      EntryWatch entryWatch = new EntryWatch(caches, space.name(), bus::signal);
      node.near().of(space).listen(entryWatch);
      hearing.add(bus.onSignal(EntryWatched.class, entryWatch::watch));
      vertx.setPeriodic(CHECK_MILLIS, id -> watch.check());
    }
    for (ConfigCache cache : configCaches.values()) {
      long recheck = settings.near().recheck().toNanos();
      ConfigWatch watch = new ConfigWatch(cache, recheck, bus::publishHere);
      cache.cache().near().listen(watch);
      vertx.setPeriodic(CHECK_MILLIS, id -> watch.tick());
    }
    return Future.all(hearing)
        .compose(heard -> node.near().open(redis))
        .onSuccess(open -> trackings = open);
  }

  private Future<?> runBlocking(Runnable task) {
    return vertx.executeBlocking(
        () -> {
          task.run();
          return null;
        });
  }

  /** Ends the subscriptions and the connections to origins. */
  Future<?> close() {
    List<Future<?>> closing = new ArrayList<>();
    trackings.forEach(tracking -> closing.add(tracking.close()));
    closing.add(origins.close());
    return Future.all(closing);
  }
}
