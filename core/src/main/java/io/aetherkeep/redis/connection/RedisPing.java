package io.aetherkeep.redis.connection;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;

/**
 * Ping of a server, which proves that it answers. While a snapshot could not be saved, Redis
 * refuses a {@code PING} like a write ({@code MISCONF}), and answers reads: that is a pong too.
 */
public final class RedisPing {

  private RedisPing() {}

  /** Pings; fails if the server does not answer, or answers no command now. */
  public static Future<Void> send(RedisConnection connection) {
    return connection
        .send(Request.cmd(Command.PING))
        .<Void>mapEmpty()
        .recover(
            thrown ->
                RedisErrors.isOfFailedSave(thrown)
                    ? Future.succeededFuture()
                    : Future.failedFuture(thrown));
  }
}
