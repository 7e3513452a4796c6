package io.aetherkeep.bench.baseline;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Baseline of a start and of memory: a service with a router and Redis, and nothing else. */
public final class BareService implements Bare.Part {

  private final String redisUrl;

  private BareService(String redisUrl) {
    this.redisUrl = redisUrl;
  }

  public static void run() {
    String redisUrl = Objects.requireNonNull(System.getenv("REDIS_URL"), "REDIS_URL");
    Bare.run(() -> new BareService(redisUrl));
  }

  @Override
  public Future<HttpServer> server(Vertx vertx) {
    return Redis.createClient(vertx, redisUrl)
        .connect()
        .map(
            connection -> {
              Router router = Router.router(vertx);
              router
                  .get("/api/v1/:space/caches/:keyspace/:id")
                  .handler(context -> read(context, connection));
              return vertx.createHttpServer().requestHandler(router);
            });
  }

  private static void read(RoutingContext context, RedisConnection redis) {
    redis
        .send(Request.cmd(Command.GET).arg("cache:topic:" + context.pathParam("id")))
        .onSuccess(value -> answer(context, value))
        .onFailure(context::fail);
  }

  private static void answer(RoutingContext context, @Nullable Response value) {
    if (value == null) {
      context.fail(404);
    } else {
      context
          .response()
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .end(value.toBuffer());
    }
  }
}
