package io.aetherkeep.cache;

import io.aetherkeep.cache.config.ConfigState;
import io.aetherkeep.cache.entries.CacheCounters;
import io.aetherkeep.cache.invalidation.InvalidationState;
import io.aetherkeep.cache.loading.Flights;
import io.aetherkeep.cache.near.NearCaches;
import io.aetherkeep.cache.origin.Breakers;
import io.aetherkeep.cache.origin.OriginLog;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.keyspace.Space;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** State that all cache verticle instances of one node share. */
record CacheNode(
    CacheCounters counters,
    NearCaches near,
    Flights flights,
    Breakers breakers,
    InvalidationState invalidations,
    Map<String, ConfigState> configs,
    OriginLog originLog) {

  ConfigState configs(Space space) {
    return configs.computeIfAbsent(space.name(), first -> new ConfigState());
  }

  /**
   * Creates the state of a node; without a directory it keeps promised invalidations in memory
   * only.
   */
  static CacheNode of(CacheSettings settings, @Nullable Path promises) {
    return new CacheNode(
        new CacheCounters(),
        new NearCaches(settings.near()),
        new Flights(),
        new Breakers(settings.loading()),
        InvalidationState.of(promises),
        new ConcurrentHashMap<>(),
        new OriginLog(System::nanoTime));
  }
}
