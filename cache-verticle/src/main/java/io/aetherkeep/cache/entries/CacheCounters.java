package io.aetherkeep.cache.entries;

import io.aetherkeep.cache.near.CacheCounts;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counters that all instances of one node share. */
public final class CacheCounters {

  private final Instant since = Instant.now();
  private final Map<String, CacheCounts> counts = new ConcurrentHashMap<>();
  private final Map<String, EntryCount> censuses = new ConcurrentHashMap<>();

  public Instant since() {
    return since;
  }

  public CacheCounts counts(Space space, Keyspace<?> keyspace) {
    return counts.computeIfAbsent(space.name() + "/" + keyspace.name(), first -> new CacheCounts());
  }

  public EntryCount census(String space) {
    return censuses.computeIfAbsent(space, first -> new EntryCount());
  }
}
