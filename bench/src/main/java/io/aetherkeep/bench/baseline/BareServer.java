package io.aetherkeep.bench.baseline;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Baseline of reads: a plain Vert.x server that answers a GET from Redis, without a router or
 * rules, with one pipelined connection for each event loop.
 */
public final class BareServer implements Bare.Part {

  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

  private final boolean slides;
  private final String redisUrl;
  private @Nullable RedisConnection redis;

  private BareServer(boolean slides, String redisUrl) {
    this.slides = slides;
    this.redisUrl = redisUrl;
  }

  public static void run(String mode) {
    String redisUrl = Objects.requireNonNull(System.getenv("REDIS_URL"), "REDIS_URL");
    Bare.run(() -> new BareServer(mode.equals("getex"), redisUrl));
  }

  @Override
  public Future<HttpServer> server(Vertx vertx) {
    return Redis.createClient(
            vertx, new RedisOptions().setConnectionString(redisUrl).setMaxWaitingHandlers(8192))
        .connect()
        .map(
            connection -> {
              redis = connection;
              return vertx.createHttpServer(Bare.options()).requestHandler(this::handle);
            });
  }

  private void handle(HttpServerRequest request) {
    RedisConnection connection = redis;
    if (connection == null) {
      return;
    }
    String path = request.path();
    String id = path.substring(path.lastIndexOf('/') + 1);
    connection
        .send(
            slides
                ? Request.cmd(Command.GETEX).arg("session:" + id).arg("EX").arg(1800)
                : Request.cmd(Command.GET).arg("cache:topic:" + id))
        .onComplete(
            value -> answer(request, value), thrown -> request.response().setStatusCode(503).end());
  }

  static void answer(HttpServerRequest request, @Nullable Response value) {
    if (value == null) {
      request.response().setStatusCode(404).end();
    } else {
      request.response().headers().set(HttpHeaders.CONTENT_TYPE, JSON);
      request.response().end(value.toBuffer());
    }
  }
}
