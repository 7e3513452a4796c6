package io.aetherkeep.cache;

import io.aetherkeep.keyspace.Space;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the instances of one node have together. */
record CacheNode(
    CacheLedger ledger,
    NearCaches near,
    Flights flights,
    Breakers breakers,
    PendingInvalidations pending,
    StartedInvalidations started,
    Map<String, ConfigState> configs,
    OriginLog originLog) {

  private static final int MOST_PENDING = 10_000;

  ConfigState configs(Space space) {
    return configs.computeIfAbsent(space.name(), first -> new ConfigState());
  }

  static CacheNode of(CacheSettings settings) {
    return new CacheNode(
        new CacheLedger(),
        new NearCaches(settings.near()),
        new Flights(),
        new Breakers(settings.loading()),
        new PendingInvalidations(MOST_PENDING),
        new StartedInvalidations(),
        new ConcurrentHashMap<>(),
        new OriginLog(System::nanoTime));
  }
}
