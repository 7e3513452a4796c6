package io.aetherkeep.cache.entries;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.keyspace.PerSpace;
import java.util.Collection;
import java.util.Map;

/** Registry of all caches of all spaces. */
public final class Caches {

  private final PerSpace<CacheSpace> shared;
  private final PerSpace<Map<String, Cache>> bySpace;

  /**
   * Creates the registry.
   *
   * @param shared the shared state of each space, also of spaces without caches
   */
  public Caches(Map<String, CacheSpace> shared, Map<String, Map<String, Cache>> bySpace) {
    this.shared = PerSpace.by(shared);
    this.bySpace = PerSpace.by(bySpace);
  }

  public Cache find(String space, String keyspace) {
    Cache cache = bySpace.of(space).get(keyspace);
    if (cache == null) {
      throw Failure.of(Code.KEYSPACE_UNKNOWN, "No cache has this name");
    }
    return cache;
  }

  public CacheSpace space(String space) {
    return shared.of(space);
  }

  public Collection<Cache> of(String space) {
    return bySpace.of(space).values();
  }
}
