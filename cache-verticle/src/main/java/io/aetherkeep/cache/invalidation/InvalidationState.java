package io.aetherkeep.cache.invalidation;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * State of invalidations that all instances of one node share.
 *
 * @param pending invalidations that wait for Redis
 * @param started invalidations that run in the background
 * @param promises promised invalidations on disk
 */
public record InvalidationState(
    PendingInvalidations pending, StartedInvalidations started, PromiseLog promises) {

  private static final int MOST_PENDING = 10_000;

  /** Creates the state of a node; without a directory no promise is kept on disk. */
  public static InvalidationState of(@Nullable Path promises) {
    return new InvalidationState(
        new PendingInvalidations(MOST_PENDING),
        new StartedInvalidations(),
        new PromiseLog(promises));
  }
}
