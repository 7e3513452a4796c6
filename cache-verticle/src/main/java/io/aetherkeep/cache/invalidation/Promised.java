package io.aetherkeep.cache.invalidation;

import io.aetherkeep.catalogue.CacheAsks.InvalidateEntries;
import java.util.Objects;
import java.util.UUID;

/**
 * An invalidation that a client was told will be made.
 *
 * @param at when that was, in milliseconds since 1970 by this node's clock
 */
record Promised(String id, InvalidateEntries what, long at) {

  Promised {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(what, "what");
  }

  static Promised now(InvalidateEntries what) {
    return new Promised(UUID.randomUUID().toString(), what, System.currentTimeMillis());
  }
}
