package io.aetherkeep.cache.entries;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Count of a space's entries and their bytes by keyspace. A scan takes it in the background on
 * request: one scan at a time, and at most one every half minute.
 */
public final class EntryCount {

  private static final Duration GOOD_FOR = Duration.ofSeconds(30);

  /** Count of one keyspace. */
  public record Count(long entries, long bytes) {
    public static final Count NONE = new Count(0, 0);

    public Count plus(Count other) {
      return new Count(entries + other.entries, bytes + other.bytes);
    }
  }

  /** A finished count. */
  public record Result(Instant at, Map<String, Count> byKeyspace) {}

  private @Nullable Result last;
  private @Nullable Future<Result> walking;

  /** Returns the last count if it is fresh, else the running one, else starts one. */
  public synchronized Future<Result> result(Supplier<Future<Map<String, Count>>> walk) {
    if (last != null && last.at().plus(GOOD_FOR).isAfter(Instant.now())) {
      return Future.succeededFuture(last);
    }
    if (walking == null) {
      Instant at = Instant.now();
      walking = walk.get().map(counted -> new Result(at, counted));
      walking.onComplete(done -> finished(done.succeeded() ? done.result() : null));
    }
    return walking == null ? Future.succeededFuture(last) : walking;
  }

  /** The last finished count, of any age. */
  synchronized @Nullable public Result last() {
    return last;
  }

  private synchronized void finished(@Nullable Result result) {
    walking = null;
    if (result != null) {
      last = result;
    }
  }
}
