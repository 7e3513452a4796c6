package io.aetherkeep.cache.index;

import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.vertx.core.Future;

/** Announcement of invalidations of many entries, which take more than one script. */
@FunctionalInterface
public interface InvalidationNotice {

  /** Announces an invalidation in the outbox, before its caller is answered. */
  Future<Void> announce(CacheInvalidated done);
}
