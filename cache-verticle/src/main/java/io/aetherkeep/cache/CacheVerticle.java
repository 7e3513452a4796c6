package io.aetherkeep.cache;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.CacheAsks.InvalidateEntries;
import io.aetherkeep.catalogue.CacheAsks.LoadFromOrigin;
import io.aetherkeep.catalogue.CacheAsks.ReadCacheStats;
import io.aetherkeep.catalogue.CacheAsks.ReadEntries;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisTracking;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Owns the caches' keyspaces; every instance serves all spaces on its own event loop. */
public final class CacheVerticle extends VerticleBase {

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
    CacheNode node = CacheNode.of(settings);
    return () -> new CacheVerticle(bus, redis, node, settings);
  }

  @Override
  public Future<?> start() {
    Origins declared = new Origins(vertx, bus, settings);
    origins = declared;
    Shelves shelves = new RedisShelves(vertx, redis, node, settings).with(declared);
    Caches caches = new Caches(shelves, bus::publish);
    Invalidations invalidations = new Invalidations(shelves, bus::publish);
    CacheStatistics statistics = new CacheStatistics(shelves, node.ledger());
    return Future.all(
        List.of(
            bus.answer(ReadEntry.class, caches::read),
            bus.answer(ReadEntries.class, caches::readMany),
            bus.answer(WriteEntry.class, caches::write),
            bus.answer(RemoveEntry.class, caches::remove),
            bus.answer(InvalidateEntries.class, invalidations::run),
            bus.answer(LoadFromOrigin.class, new OriginReads(redis.spaces(), declared)::load),
            bus.answer(ReadCacheStats.class, statistics::read),
            node.near().open(redis).onSuccess(open -> trackings = open)));
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
