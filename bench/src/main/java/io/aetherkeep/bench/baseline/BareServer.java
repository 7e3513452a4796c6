package io.aetherkeep.bench.baseline;

import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.redis.cluster.RedisSlots;
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
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Baseline of reads: a plain Vert.x server that answers a GET from Redis, without a router or
 * rules, with one pipelined connection for each event loop, or one to each master of a cluster.
 */
public final class BareServer implements Bare.Part {

  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

  private final boolean slides;
  private final List<String> redisUrls;
  private List<RedisConnection> masters = List.of();

  private BareServer(boolean slides, String redisUrls) {
    this.slides = slides;
    this.redisUrls = List.of(redisUrls.split(",", -1));
  }

  public static void run(String mode) {
    String redisUrl = Objects.requireNonNull(System.getenv("REDIS_URL"), "REDIS_URL");
    Bare.run(() -> new BareServer(mode.equals("getex"), redisUrl));
  }

  @Override
  public Future<HttpServer> server(Vertx vertx) {
    List<Future<RedisConnection>> connecting =
        redisUrls.stream().map(url -> connect(vertx, url)).toList();
    return Future.all(connecting)
        .map(
            connected -> {
              masters = connecting.stream().map(Future::result).toList();
              return vertx.createHttpServer(Bare.options()).requestHandler(this::handle);
            });
  }

  private static Future<RedisConnection> connect(Vertx vertx, String url) {
    return Redis.createClient(
            vertx, new RedisOptions().setConnectionString(url).setMaxWaitingHandlers(8192))
        .connect();
  }

  /**
   * Returns the connection to the master of a key; the slots are divided as in {@code
   * EmbeddedCluster}.
   */
  private RedisConnection of(String key) {
    int all = masters.size();
    return masters.get(all == 1 ? 0 : (RedisSlots.of(key) * all + all - 1) / EmbeddedCluster.SLOTS);
  }

  private void handle(HttpServerRequest request) {
    String path = request.path();
    String id = path.substring(path.lastIndexOf('/') + 1);
    String key = (slides ? "session:" : "cache:topic:") + id;
    of(key)
        .send(
            slides
                ? Request.cmd(Command.GETEX).arg(key).arg("EX").arg(1800)
                : Request.cmd(Command.GET).arg(key))
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
