package io.aetherkeep.cache.invalidation;

import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import java.util.Objects;
import java.util.UUID;

/**
 * An invalidation that a client was promised.
 *
 * @param at time of the promise, in milliseconds since 1970 by this node's clock
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
