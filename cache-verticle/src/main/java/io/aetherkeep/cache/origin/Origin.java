package io.aetherkeep.cache.origin;

import io.aetherkeep.catalogue.CacheAsks.Loaded;
import io.vertx.core.Future;
import java.util.List;

/** The system of record of one keyspace: what is true where a cache knows nothing. */
public interface Origin {

  /** What it holds of these ids, or {@link Loaded#NOTHING}; fails where it cannot tell. */
  Future<Loaded> load(List<String> ids);
}
