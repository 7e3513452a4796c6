package io.aetherkeep.cache;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.catalogue.CacheAsks;
import io.aetherkeep.catalogue.CacheListAsks;
import io.aetherkeep.catalogue.ConfigAsks;
import io.aetherkeep.catalogue.InvalidationAsks;
import io.aetherkeep.catalogue.NodeAsks;
import io.aetherkeep.catalogue.OriginAsks;
import io.aetherkeep.redis.RedisAccess;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Verticle of the caches; every instance serves all spaces on its own event loop. */
public final class CacheVerticle extends VerticleBase {

  private final Bus bus;
  private final Function<Vertx, CacheServices> wiring;
  private @Nullable CacheServices services;

  private CacheVerticle(Bus bus, Function<Vertx, CacheServices> wiring) {
    this.bus = bus;
    this.wiring = wiring;
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
    return () ->
        new CacheVerticle(bus, vertx -> new CacheServices(vertx, bus, redis, node, settings));
  }

  @Override
  public Future<?> start() {
    CacheServices of = wiring.apply(vertx);
    services = of;
    return Future.all(
        List.of(
            bus.answer(CacheAsks.ReadEntry.class, of.entries::read),
            bus.answer(CacheAsks.ReadEntries.class, of.entries::readMany),
            bus.answer(CacheAsks.WriteEntry.class, of.entries::write),
            bus.answer(CacheAsks.RemoveEntry.class, of.entries::remove),
            bus.answer(InvalidationAsks.InvalidateEntries.class, of.invalidations::run),
            bus.answer(InvalidationAsks.StartInvalidation.class, of.invalidations::start),
            bus.answer(InvalidationAsks.ReadInvalidation.class, of.invalidations::read),
            bus.answer(OriginAsks.AppendToOrigin.class, of.appends::append),
            bus.answer(OriginAsks.LoadFromOrigin.class, of.reads::load),
            bus.answer(CacheListAsks.ReadCacheStats.class, of.statistics::read),
            bus.answer(CacheListAsks.ListEntries.class, of.listing::read),
            bus.answer(NodeAsks.ReadCopy.class, of.copies::read),
            bus.answer(NodeAsks.ReadConfigCopy.class, of.copies::read),
            bus.answer(ConfigAsks.ListConfigs.class, of.configs::list),
            bus.answer(ConfigAsks.ReadConfig.class, of.configs::read),
            bus.answer(ConfigAsks.WriteConfig.class, of.configs::write),
            bus.answer(ConfigAsks.WriteConfigs.class, of.configs::write),
            bus.answer(ConfigAsks.RemoveConfig.class, of.configs::remove),
            bus.answer(ConfigAsks.ListConfigVersions.class, of.configs::versions),
            bus.answer(ConfigAsks.RollbackConfig.class, of.configs::rollback),
            of.subscribe()));
  }

  @Override
  public Future<?> stop() {
    return services == null ? Future.succeededFuture() : services.close();
  }
}
