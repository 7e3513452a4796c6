package io.aetherkeep.bench.baseline;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Baseline of session writes: a plain Vert.x server that runs one script, with one pipelined
 * connection for each event loop. No router, no rules, no preserved bytes, no other nodes, and no
 * cluster, because the script uses several slots.
 */
public final class BareWrites implements Bare.Part {

  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

  /** Merges a patch into a session, sets its timestamp and renews its lifetime. */
  private static final String PATCH =
      """
      local value = redis.call('GET', KEYS[1])
      if not value then return false end
      local session = cjson.decode(value)
      for name, change in pairs(cjson.decode(ARGV[1])) do
        if change == cjson.null then session[name] = nil else session[name] = change end
      end
      local time = redis.call('TIME')
      session.last_activity_timestamp = time[1]
      local now = time[1] * 1000
      value = cjson.encode(session)
      redis.call('SET', KEYS[1], value, 'PX', 1800000)
      redis.call('ZADD', 'bare:sessions', now + 1800000, KEYS[1])
      redis.call('ZADD', 'bare:sessions:' .. tostring(session.user_id), now + 1800000, KEYS[1])
      return value
      """;

  /**
   * Stores a session's playback, in its document too, and moves the session between the listeners.
   */
  private static final String PLAY =
      """
      local value = redis.call('GET', KEYS[1])
      if not value then return false end
      local session, report = cjson.decode(value), cjson.decode(ARGV[1])
      local time = redis.call('TIME')
      local now = time[1] * 1000
      local playback = 'bare:playback:' .. KEYS[1]
      local before = redis.call('HMGET', playback, 'podcastId', 'state', 'seq')
      if before[2] == 'playing' and before[1] ~= report.podcastId then
        redis.call('ZREM', 'bare:listeners:' .. before[1], KEYS[1])
      end
      redis.call('ZADD', 'bare:listeners:' .. report.podcastId, now + 60000, KEYS[1])
      redis.call('PEXPIRE', 'bare:listeners:' .. report.podcastId, 60000)
      redis.call('ZADD', 'bare:due', now + 60000, KEYS[1])
      redis.call('HSET', playback, 'podcastId', report.podcastId, 'state', report.state,
        'positionMs', '0', 'updatedAt', time[1], 'seq', (before[3] or 0) + 1)
      redis.call('PEXPIRE', playback, 86400000)
      session.active_podcast_stream_id = report.podcastId
      session.last_activity_timestamp = time[1]
      redis.call('SET', KEYS[1], cjson.encode(session), 'PX', 1800000)
      redis.call('ZADD', 'bare:sessions', now + 1800000, KEYS[1])
      redis.call('ZADD', 'bare:sessions:' .. tostring(session.user_id), now + 1800000, KEYS[1])
      return cjson.encode({podcastId = report.podcastId, state = report.state, positionMs = 0})
      """;

  private final String script;
  private final String redisUrl;
  private @Nullable RedisConnection redis;
  private String sha = "";

  private BareWrites(String script, String redisUrl) {
    this.script = script;
    this.redisUrl = redisUrl;
  }

  public static void run(String mode) {
    String redisUrl = Objects.requireNonNull(System.getenv("REDIS_URL"), "REDIS_URL");
    Bare.run(() -> new BareWrites(mode.equals("play") ? PLAY : PATCH, redisUrl));
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
              return vertx.createHttpServer().requestHandler(this::handle);
            });
  }

  private void handle(HttpServerRequest request) {
    request.body().onSuccess(body -> write(request, body));
  }

  /** Writes the session; refuses a body that is not a JSON object, as any server would. */
  private void write(HttpServerRequest request, Buffer body) {
    RedisConnection connection = redis;
    if (connection == null) {
      return;
    }
    Buffer checked = new JsonObject(body).toBuffer();
    String id = request.path().split("/", -1)[5];
    connection
        .send(Request.cmd(Command.EVALSHA).arg(sha).arg(1).arg("session:" + id).arg(checked))
        .onComplete(
            value -> answer(request, value), thrown -> request.response().setStatusCode(503).end());
  }

  private static void answer(HttpServerRequest request, @Nullable Response value) {
    if (value == null) {
      request.response().setStatusCode(404).end();
    } else {
      request.response().headers().set(HttpHeaders.CONTENT_TYPE, JSON);
      request.response().end(value.toBuffer());
    }
  }
}
