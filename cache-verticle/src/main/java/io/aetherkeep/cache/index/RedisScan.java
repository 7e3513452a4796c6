package io.aetherkeep.cache.index;

import io.aetherkeep.redis.RedisLine;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.function.Function;

/** Follows the cursor of a SCAN or one of its kin, a batch at a time. */
public final class RedisScan {

  /** Small enough that Redis serves others in between. */
  public static final int BATCH = 500;

  private RedisScan() {}

  /**
   * Walks to the end.
   *
   * @param command the command for a cursor
   * @param batch takes what was found; the next is asked for when it is done
   */
  public static Future<Void> walk(
      RedisLine line, Function<String, Request> command, Function<Response, Future<?>> batch) {
    return walk(line, command, batch, "0");
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
