package io.aetherkeep.bench.baseline;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Baseline of streams on Redis: an append is one XADD, and one blocking XREAD feeds all followers
 * of a stream. No offsets, no producers, no checks, no lifetimes.
 */
public final class BareAppends implements Bare.Part {

  private static final Set<String> FED = ConcurrentHashMap.newKeySet();

  private final String redisUrl;
  private final Map<String, List<HttpServerResponse>> followers = new HashMap<>();
  private @Nullable RedisConnection redis;

  private BareAppends(String redisUrl) {
    this.redisUrl = redisUrl;
  }

  public static void run() {
    String redisUrl = Objects.requireNonNull(System.getenv("REDIS_URL"), "REDIS_URL");
    Bare.run(() -> new BareAppends(redisUrl));
  }

  private Future<RedisConnection> connect(Vertx vertx) {
    RedisOptions options =
        new RedisOptions()
            .setConnectionString(redisUrl)
            .setMaxWaitingHandlers(8192)
            // In RESP3, XREAD answers a map.
            .setProtocolNegotiation(false);
    return Redis.createClient(vertx, options).connect();
  }

  @Override
  public Future<HttpServer> server(Vertx vertx) {
    return connect(vertx)
        .map(
            connection -> {
              redis = connection;
              return vertx.createHttpServer().requestHandler(request -> handle(vertx, request));
            });
  }

  private void handle(Vertx vertx, HttpServerRequest request) {
    if (request.method().equals(HttpMethod.POST)) {
      request.body().onSuccess(body -> append(request, body));
    } else if (request.method().equals(HttpMethod.GET)) {
      follow(vertx, request);
    } else {
      request.response().setStatusCode(201).end();
    }
  }

  private void append(HttpServerRequest request, Buffer body) {
    RedisConnection connection = redis;
    if (connection == null) {
      return;
    }
    connection
        .send(Request.cmd(Command.XADD).arg(request.path()).arg("*").arg("d").arg(body))
        .onComplete(
            id -> request.response().setStatusCode(204).end(),
            thrown -> request.response().setStatusCode(503).end());
  }

  private void follow(Vertx vertx, HttpServerRequest request) {
    String path = request.path();
    HttpServerResponse response = request.response().setChunked(true);
    response.putHeader("Content-Type", "text/event-stream");
    response.write(": here\n\n");
    List<HttpServerResponse> all =
        followers.computeIfAbsent(
            path,
            first -> {
              List<HttpServerResponse> here = new ArrayList<>();
              vertx.eventBus().<Buffer>localConsumer(path, frame -> writeToAll(here, frame.body()));
              return here;
            });
    all.add(response);
    response.closeHandler(closed -> all.remove(response));
    if (FED.add(path)) {
      connect(vertx).onSuccess(connection -> feed(vertx, connection, path, "0"));
    }
  }

  private static void writeToAll(List<HttpServerResponse> responses, Buffer frame) {
    responses.forEach(response -> response.write(frame));
  }

  private static void feed(Vertx vertx, RedisConnection waiting, String path, String after) {
    waiting
        .send(Request.cmd(Command.XREAD).arg("BLOCK").arg(0).arg("STREAMS").arg(path).arg(after))
        .onSuccess(
            reply -> {
              String last = after;
              Buffer frame = Buffer.buffer();
              for (Response entry : Objects.requireNonNull(reply).get(0).get(1)) {
                last = entry.get(0).toString();
                frame
                    .appendString("event: data\ndata:")
                    .appendBuffer(entry.get(1).get(1).toBuffer())
                    .appendString("\nid: " + last + "\n\n");
              }
              vertx.eventBus().publish(path, frame);
              feed(vertx, waiting, path, last);
            });
  }
}
