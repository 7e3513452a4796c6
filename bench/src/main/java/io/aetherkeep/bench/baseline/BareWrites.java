package io.aetherkeep.bench.baseline;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Baseline of writes: a plain Vert.x server that runs one script, with one pipelined connection for
 * each event loop. No router, no rules, no preserved bytes, no other nodes, and no cluster, because
 * the script uses several slots.
 */
public final class BareWrites implements Bare.Part {

  /** A write: its script has the same name. */
  private enum Mode {
    PATCH("session:", 5),
    PLAY("session:", 5),
    APPEND("session:", 5),
    RPUSH("bare:", 5),
    NEWEST("bare:", 5),
    STATUS("status:", 6),
    OUTCOME("provider:health:", 5),
    PAGE("bare:sessions:", 5),
    LOGOUT("bare:sessions:", 5);

    private final String prefix;
    private final int segment;

    Mode(String prefix, int segment) {
      this.prefix = prefix;
      this.segment = segment;
    }

    String key(String path) {
      return prefix + path.split("/", -1)[segment];
    }

    String script() throws IOException {
      String file = name().toLowerCase(Locale.ROOT) + ".lua";
      try (InputStream in = BareWrites.class.getResourceAsStream(file)) {
        return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  private final Mode mode;
  private final String script;
  private final String redisUrl;
  private @Nullable RedisConnection redis;
  private String sha = "";

  private BareWrites(Mode mode, String script, String redisUrl) {
    this.mode = mode;
    this.script = script;
    this.redisUrl = redisUrl;
  }

  public static void run(String name) throws IOException {
    String redisUrl = Objects.requireNonNull(System.getenv("REDIS_URL"), "REDIS_URL");
    Mode mode = Mode.valueOf(name.toUpperCase(Locale.ROOT));
    String script = mode.script();
    Bare.run(() -> new BareWrites(mode, script, redisUrl));
  }

  @Override
  public Future<HttpServer> server(Vertx vertx) {
    return Redis.createClient(
            vertx, new RedisOptions().setConnectionString(redisUrl).setMaxWaitingHandlers(8192))
        .connect()
        .compose(
            connection -> {
              redis = connection;
              return connection.send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(script));
            })
        .map(
            loaded -> {
              sha = String.valueOf(loaded);
              return vertx.createHttpServer(Bare.options()).requestHandler(this::handle);
            });
  }

  private void handle(HttpServerRequest request) {
    request.body().onSuccess(body -> write(request, body));
  }

  /** Runs the script; fails for a body that is not a JSON object, as any server would. */
  private void write(HttpServerRequest request, Buffer body) {
    RedisConnection connection = redis;
    if (connection == null) {
      return;
    }
    Buffer checked = body.length() == 0 ? body : new JsonObject(body).toBuffer();
    connection
        .send(
            Request.cmd(Command.EVALSHA).arg(sha).arg(1).arg(mode.key(request.path())).arg(checked))
        .onComplete(
            value -> BareServer.answer(request, value),
            thrown -> request.response().setStatusCode(503).end());
  }
}
