package io.aetherkeep.cache.index;

import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.vertx.core.Future;

/** Notice of invalidations of many entries, which no single script makes. */
@FunctionalInterface
public interface InvalidationNotice {

  /** Announces an invalidation in the outbox, before its caller is answered. */
  Future<Void> announce(CacheInvalidated done);
}
