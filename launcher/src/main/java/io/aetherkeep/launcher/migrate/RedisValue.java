package io.aetherkeep.launcher.migrate;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Key with type, lifetime and size of its value.
 *
 * @param type the answer of TYPE; {@code none} if there is no value
 * @param millis remaining lifetime; {@link #ENDLESS} without expiry
 * @param bytes size in memory; 0 if the Redis user may not read it
 * @param readAt time before the read, from {@link System#nanoTime}
 */
record RedisValue(MovedKey key, String type, long millis, long bytes, long readAt) {

  static final long ENDLESS = -1;
  private static final String NONE = "none";

  /**
   * Tolerance of lifetimes, because the two servers are asked one after the other and have
   * different clocks.
   */
  private static final long TOLERANCE_MILLIS = 2_000;

  boolean exists() {
    return !type.equals(NONE);
  }

  /** Returns the target's key, to describe the copy there. */
  MovedKey copy() {
    return new MovedKey(key.to(), key.to());
  }

  /** Returns the rest of a lifetime that was read earlier. */
  static long left(long millis, long readAt) {
    return millis < 0 ? ENDLESS : Math.max(1, millis - (System.nanoTime() - readAt) / 1_000_000);
  }

  boolean hasLifetimeOf(RedisValue copy) {
    if (millis < 0 || copy.millis < 0) {
      return millis < 0 && copy.millis < 0;
    }
    long between = (copy.readAt - readAt) / 1_000_000;
    return Math.abs(millis - between - copy.millis) <= TOLERANCE_MILLIS;
  }

  /** Reads type, lifetime and size of keys. */
  static List<RedisValue> describe(RedisMigrationEndpoint side, List<MovedKey> keys) {
    long now = System.nanoTime();
    List<Future<@Nullable Response>> replies =
        side.all(
            keys.stream()
                .map(MovedKey::source)
                .flatMap(
                    key ->
                        Stream.of(
                            Request.cmd(Command.TYPE).arg(key),
                            Request.cmd(Command.PTTL).arg(key),
                            Request.cmd(Command.MEMORY).arg("USAGE").arg(key)))
                .toList());
    List<RedisValue> values = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String type = String.valueOf(replies.get(3 * i).result());
      long millis = number(replies.get(3 * i + 1), ENDLESS);
      long bytes = number(replies.get(3 * i + 2), 0);
      values.add(new RedisValue(keys.get(i), type, millis, bytes, now));
    }
    return values;
  }

  private static long number(Future<@Nullable Response> reply, long none) {
    Response number = reply.result();
    return number == null ? none : number.toLong();
  }

  /**
   * Splits values into portions of at most {@code most} bytes; a larger value is a portion of its
   * own.
   */
  static List<List<RedisValue>> portions(List<RedisValue> values, long most) {
    List<List<RedisValue>> portions = new ArrayList<>();
    long size = most;
    for (RedisValue value : values) {
      if (size + value.bytes > most) {
        portions.add(new ArrayList<>());
        size = 0;
      }
      size += value.bytes;
      portions.get(portions.size() - 1).add(value);
    }
    return portions;
  }
}
