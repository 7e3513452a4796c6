package io.aetherkeep.cache;

import io.aetherkeep.cache.config.ConfigCache;
import io.aetherkeep.cache.entries.Cache;
import io.aetherkeep.cache.entries.Caches;
import io.aetherkeep.cache.near.Copy;
import io.aetherkeep.cache.near.NearCache;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.catalogue.NodeAsks.HeldCopy;
import io.aetherkeep.catalogue.NodeAsks.ReadConfigCopy;
import io.aetherkeep.catalogue.NodeAsks.ReadCopy;
import io.aetherkeep.keyspace.PerSpace;
import io.vertx.core.Future;
import java.util.Map;

/** Reader of this node's near cache copies, for operators; it loads nothing and counts no hit. */
final class HeldCopies {

  private final Caches caches;
  private final PerSpace<ConfigCache> configs;

  HeldCopies(Caches caches, Map<String, ConfigCache> configs) {
    this.caches = caches;
    this.configs = PerSpace.by(configs);
  }

  Future<HeldCopy> read(ReadCopy ask) {
    Cache cache = caches.find(ask.space(), ask.keyspace());
    return held(cache.near(), cache.key(ask.ids()).text());
  }

  Future<HeldCopy> read(ReadConfigCopy ask) {
    ConfigCache configs = this.configs.of(ask.space());
    return held(configs.cache().near(), configs.key(ask.name()).text());
  }

  private static Future<HeldCopy> held(NearCache near, String key) {
    long now = System.nanoTime();
    Copy copy = near.lastKnown(key, now);
    if (copy == null) {
      return Future.succeededFuture(HeldCopy.NONE);
    }
    Entry entry = copy.entry(now, Source.NEAR);
    return Future.succeededFuture(
        new HeldCopy(
            entry.value().version(),
            near.find(key, now) != null,
            entry.ageSeconds(),
            entry.ttlSeconds() < 0 ? null : entry.ttlSeconds(),
            entry.value().length()));
  }
}
