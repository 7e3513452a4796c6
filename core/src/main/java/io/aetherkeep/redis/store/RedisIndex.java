package io.aetherkeep.redis.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisTypes;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Index in Redis that repairs itself: a value of a wrong type at its key is removed, and the index
 * is rebuilt.
 */
public final class RedisIndex {

  private final RedisLine line;
  private final String key;
  private final String type;

  private RedisIndex(RedisLine line, String key, String type) {
    this.line = line;
    this.key = key;
    this.type = type;
  }

  public static RedisIndex sortedSet(RedisLine line, String key) {
    return new RedisIndex(line, key, "zset");
  }

  public static RedisIndex list(RedisLine line, String key) {
    return new RedisIndex(line, key, "list");
  }

  public String key() {
    return key;
  }

  /** Reads from the index, after a repair if needed. */
  public Future<@Nullable Response> read(Request request) {
    return RedisTypes.healed(
        line, type, List.of(key), () -> line.read(request).map(replies -> replies.get(0)));
  }

  /** Writes to the index, after a repair if needed. */
  public Future<@Nullable Response> write(Request request) {
    return RedisTypes.healed(line, type, List.of(key), () -> line.send(request));
  }

  private static boolean isWrongType(Throwable thrown) {
    return thrown instanceof Failure failure && failure.code() == Code.UNREADABLE_VALUE;
  }

  /** Fails again, with the names of the keys if a value has a wrong type. */
  public static <T> Future<T> named(Throwable thrown, String... keys) {
    return Future.failedFuture(
        isWrongType(thrown)
            ? Failure.of(
                Code.UNREADABLE_VALUE,
                "Redis holds a value of another type than expected at " + String.join(" or ", keys))
            : thrown);
  }
}
