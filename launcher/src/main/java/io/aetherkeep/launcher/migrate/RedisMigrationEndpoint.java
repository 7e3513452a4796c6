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
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Source or target of a migration, with blocking calls. */
final class RedisMigrationEndpoint {

  private static final Pattern VERSION = Pattern.compile("(?m)^redis_version:(\\S+)");
  private static final Pattern HISTORY = Pattern.compile("(?m)^master_replid:(\\S+)");
  private static final Pattern NODE = Pattern.compile("(?m)^[0-9a-f]{40}\\b");

  private final RedisEndpoint endpoint;

  private RedisMigrationEndpoint(RedisEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  static RedisMigrationEndpoint open(Vertx vertx, RedisTarget target) {
    return new RedisMigrationEndpoint(await(RedisEndpoint.open(vertx, target)));
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
    return info("server", VERSION);
  }

  /** Whether both are one server, its replica, or one cluster, under whatever names. */
  boolean isSameAs(RedisMigrationEndpoint other) {
    String own = identity();
    return isCluster() == other.isCluster() && !own.isEmpty() && own.equals(other.identity());
  }

  /** The replication id, which a replica shares; of a cluster, the ids of its nodes. */
  private String identity() {
    if (!isCluster()) {
      return info("replication", HISTORY);
    }
    String nodes = reply(Request.cmd(Command.CLUSTER).arg("NODES"));
    return NODE.matcher(nodes)
        .results()
        .map(MatchResult::group)
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private String info(String section, Pattern pattern) {
    Matcher found = pattern.matcher(reply(Request.cmd(Command.INFO).arg(section)));
    return found.find() ? found.group(1) : "";
  }

  /** The text of a reply; empty if Redis refuses the command. */
  private String reply(Request request) {
    try {
      return String.valueOf(one(request));
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
