package io.aetherkeep.cache.entries;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Count of a space's entries and their bytes, a keyspace each: taken in the background by a scan,
 * at most every half minute, one scan at a time, and only on request.
 */
public final class EntryCount {

  private static final Duration GOOD_FOR = Duration.ofSeconds(30);

  /** A keyspace's part. */
  public record Count(long entries, long bytes) {
    public static final Count NONE = new Count(0, 0);

    public Count plus(Count other) {
      return new Count(entries + other.entries, bytes + other.bytes);
    }
  }

  /** A finished walk. */
  public record Result(Instant at, Map<String, Count> byKeyspace) {}

  private @Nullable Result last;
  private @Nullable Future<Result> walking;

  /** The last count if it is fresh, else the one under way, else a new one. */
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

  /** The last finished count, however old. */
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
