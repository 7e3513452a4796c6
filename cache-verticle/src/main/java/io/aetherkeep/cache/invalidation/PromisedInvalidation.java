package io.aetherkeep.cache.invalidation;

import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import java.util.Objects;
import java.util.UUID;

/**
 * An invalidation that a client was promised.
 *
 * @param at time of the promise, in milliseconds since 1970 by this node's clock
 */
record PromisedInvalidation(String id, InvalidateEntries what, long at) {

  PromisedInvalidation {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(what, "what");
  }

  static PromisedInvalidation now(InvalidateEntries what) {
    return new PromisedInvalidation(UUID.randomUUID().toString(), what, System.currentTimeMillis());
  }
}
