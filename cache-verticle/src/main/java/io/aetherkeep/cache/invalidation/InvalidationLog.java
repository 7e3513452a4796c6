package io.aetherkeep.cache.invalidation;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the instances of one node know of invalidations together.
 *
 * @param pending those that wait for Redis
 * @param started those that run in the background
 * @param promises those that were promised, on disk
 */
public record InvalidationLog(
    PendingInvalidations pending, StartedInvalidations started, PromiseLog promises) {

  private static final int MOST_PENDING = 10_000;

  /** That of a node that keeps its promises in a directory, if it has one. */
  public static InvalidationLog of(@Nullable Path promises) {
    return new InvalidationLog(
        new PendingInvalidations(MOST_PENDING),
        new StartedInvalidations(),
        new PromiseLog(promises));
  }
}
