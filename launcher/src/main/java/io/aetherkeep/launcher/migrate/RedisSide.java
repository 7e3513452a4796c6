package io.aetherkeep.launcher.migrate;

import io.aetherkeep.redis.RedisEndpoint;
import io.aetherkeep.redis.connection.RedisErrors;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Source or target of a migration, with blocking calls. */
final class RedisSide {

  private static final Pattern VERSION = Pattern.compile("(?m)^redis_version:(\\S+)");

  private final RedisEndpoint endpoint;

  private RedisSide(RedisEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  static RedisSide open(Vertx vertx, RedisTarget target) {
    return new RedisSide(await(RedisEndpoint.open(vertx, target)));
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  void close() {
    await(endpoint.close());
  }

  boolean isCluster() {
    return endpoint.isCluster();
  }

  /** The version of the server, or of any node of the cluster; empty if unknown. */
  String version() {
    try {
      Matcher version =
          VERSION.matcher(String.valueOf(one(Request.cmd(Command.INFO).arg("server"))));
      return version.find() ? version.group(1) : "";
    } catch (RedisErrors.Refusal e) {
      return "";
    }
  }

  @Nullable Response one(Request request) {
    return await(endpoint.send(request));
  }

  /** Sends idempotent commands; each gets a reply or an error. */
  List<Future<@Nullable Response>> all(List<Request> requests) {
    return requests.isEmpty() ? List.of() : await(endpoint.sendAll(requests));
  }

  /** Reads a page of keys. */
  record Page(String next, List<String> keys) {
    boolean isLast() {
      return next.equals("0");
    }
  }

  Page scan(String cursor, int count) {
    Response reply = one(Request.cmd(Command.SCAN).arg(cursor).arg("COUNT").arg(count));
    if (reply == null) {
      throw new IllegalStateException("SCAN returned no reply");
    }
    List<String> keys = new ArrayList<>();
    reply.get(1).forEach(key -> keys.add(MovedKey.text(key.toBytes())));
    return new Page(reply.get(0).toString(), keys);
  }

  /** The number of keys; -1 on a cluster. */
  long size() {
    Response size = isCluster() ? null : one(Request.cmd(Command.DBSIZE));
    return size == null ? -1 : size.toLong();
  }
}
