package io.aetherkeep.redis.store;

import io.aetherkeep.redis.RedisLine;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Cursor loop over SCAN, ZSCAN and the like, a batch at a time. */
public final class RedisScan {

  /** Usual COUNT of a walk, small enough not to block other clients of Redis. */
  public static final int BATCH = 500;

  /** Maximum COUNT of one step, so that Redis serves other clients in between. */
  private static final int LARGEST_STEP = 1000;

  /** Maximum number of steps for a page when few keys match. */
  private static final int MOST_STEPS = 50;

  private RedisScan() {}

  /**
   * Walks from the start to the end.
   *
   * @param command builds the command for a cursor
   * @param batch processes a batch; the walk goes on when its future completes
   */
  public static Future<Void> walk(
      RedisLine line, Function<String, Request> command, Function<Response, Future<?>> batch) {
    return walk(line, command, batch, "0");
  }

  /**
   * Reads a page: scans until it holds about {@code about} keys, and doubles COUNT at each step.
   *
   * @param command builds the command for a cursor and a COUNT
   * @return the keys, and the cursor of the next page, 0 at the end
   */
  public static Future<Page> page(
      BiFunction<String, Integer, Request> command, RedisLine line, String cursor, int about) {
    int count = Math.min(LARGEST_STEP, Math.max(about, 10));
    return page(command, line, new Page(cursor, new ArrayList<>()), about, count, MOST_STEPS);
  }

  /** Keys, and the cursor of the next page; 0 at the end. */
  public record Page(String next, List<String> keys) {}

  private static Future<Page> page(
      BiFunction<String, Integer, Request> command,
      RedisLine line,
      Page soFar,
      int about,
      int count,
      int steps) {
    return line.send(command.apply(soFar.next, count))
        .compose(
            reply -> {
              reply.get(1).forEach(key -> soFar.keys.add(key.toString()));
              Page now = new Page(reply.get(0).toString(), soFar.keys);
              return now.next.equals("0") || now.keys.size() >= about || steps == 1
                  ? Future.succeededFuture(now)
                  : page(command, line, now, about, Math.min(LARGEST_STEP, 2 * count), steps - 1);
            });
  }

  private static Future<Void> walk(
      RedisLine line,
      Function<String, Request> command,
      Function<Response, Future<?>> batch,
      String cursor) {
    return line.send(command.apply(cursor))
        .compose(
            reply -> {
              String next = reply.get(0).toString();
              Response found = reply.get(1);
              Future<?> done = found.size() == 0 ? Future.succeededFuture() : batch.apply(found);
              return done.compose(
                  ready ->
                      next.equals("0")
                          ? Future.succeededFuture()
                          : walk(line, command, batch, next));
            });
  }
}
