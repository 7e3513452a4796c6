package io.aetherkeep.cache;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.CacheAsks.InvalidateEntries;
import io.aetherkeep.catalogue.CacheAsks.ReadCacheStats;
import io.aetherkeep.catalogue.CacheAsks.ReadEntries;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.redis.RedisAccess;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.function.Supplier;

/** Owns the caches' keyspaces; every instance serves all spaces on its own event loop. */
public final class CacheVerticle extends VerticleBase {

  private final Bus bus;
  private final RedisAccess redis;
  private final CacheLedger ledger;

  private CacheVerticle(Bus bus, RedisAccess redis, CacheLedger ledger) {
    this.bus = bus;
    this.redis = redis;
    this.ledger = ledger;
  }

  /** Makes the instances of one node, which count together. */
  public static Supplier<CacheVerticle> instances(Bus bus, RedisAccess redis) {
    CacheLedger ledger = new CacheLedger();
    return () -> new CacheVerticle(bus, redis, ledger);
  }

  @Override
  public Future<?> start() {
    Shelves shelves = RedisShelves.of(redis, ledger);
    Caches caches = new Caches(shelves);
    Invalidations invalidations = new Invalidations(shelves, bus::publish);
    CacheStatistics statistics = new CacheStatistics(shelves, ledger);
    return Future.all(
        List.of(
            bus.answer(ReadEntry.class, caches::read),
            bus.answer(ReadEntries.class, caches::readMany),
            bus.answer(WriteEntry.class, caches::write),
            bus.answer(RemoveEntry.class, caches::remove),
            bus.answer(InvalidateEntries.class, invalidations::run),
            bus.answer(ReadCacheStats.class, statistics::read)));
  }
}
