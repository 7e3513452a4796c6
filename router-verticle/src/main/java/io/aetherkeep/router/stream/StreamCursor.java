package io.aetherkeep.router.stream;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.keyspace.Digits;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Cursor of the Durable Streams protocol, by which caches distinguish successive live reads: the
 * number of the current interval, or a greater one if the client has had that.
 */
public final class StreamCursor {

  private static final long INTERVAL_SECONDS = 20;
  private static final long EPOCH_SECONDS = Instant.parse("2024-10-09T00:00:00Z").getEpochSecond();
  private static final int LONGEST_JITTER_SECONDS = 3600;

  private StreamCursor() {}

  static long now() {
    return (System.currentTimeMillis() / 1000 - EPOCH_SECONDS) / INTERVAL_SECONDS;
  }

  /** Parses a client's cursor; -1 for none. */
  public static long sent(@Nullable String cursor) {
    if (cursor == null) {
      return -1;
    }
    if (!Digits.isNumber(cursor, 15)) {
      throw Failure.of(Code.INVALID_PARAMETER, "cursor takes a Stream-Cursor as it was given out");
    }
    return Long.parseLong(cursor);
  }

  /** The next cursor for a client. */
  static long after(long sent) {
    long now = now();
    if (sent < now) {
      return now;
    }
    int jitter = ThreadLocalRandom.current().nextInt(1, LONGEST_JITTER_SECONDS + 1);
    return sent + Math.max(1, jitter / INTERVAL_SECONDS);
  }
}
