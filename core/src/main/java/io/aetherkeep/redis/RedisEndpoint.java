package io.aetherkeep.redis;

import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.cluster.RedisClusterRoute;
import io.aetherkeep.redis.cluster.RedisTopology;
import io.aetherkeep.redis.connection.RedisDial;
import io.aetherkeep.redis.connection.RedisErrors;
import io.aetherkeep.redis.connection.RedisNode;
import io.aetherkeep.redis.connection.RedisNodeTerms;
import io.aetherkeep.redis.connection.RedisPermissions;
import io.aetherkeep.redis.connection.RedisRoute;
import io.aetherkeep.redis.connection.RedisServerCheck;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Redis client for tools that copy keys of a server or a cluster without knowing their meaning: it
 * repairs no key, probes no permission, and answers an error reply as Redis gave it.
 *
 * <p>Redis runs the commands of one batch on keys of one slot in order.
 */
public final class RedisEndpoint {

  private final Vertx vertx;
  private final Context loop;
  private final RedisTarget target;
  private final RedisMasters masters;
  private final RedisPermissions rights;
  private @Nullable RedisRoute route;
  private @Nullable String deployment;

  private RedisEndpoint(Vertx vertx, RedisTarget target) {
    this.vertx = vertx;
    this.loop = vertx.getOrCreateContext();
    this.target = target;
    this.masters = new RedisMasters(vertx, List.of(target));
    this.rights = new RedisPermissions(new Space("endpoint", "", Dialect.ANY, 0, Map.of()));
  }

  /** Connects; if the server is a node of a cluster, to the whole cluster. */
  public static Future<RedisEndpoint> open(Vertx vertx, RedisTarget target) {
    RedisEndpoint endpoint = new RedisEndpoint(vertx, target);
    return endpoint
        .onLoop(endpoint::connect)
        .compose(
            open ->
                target.isCluster()
                    ? Future.succeededFuture(false)
                    : endpoint
                        .send(Request.cmd(Command.INFO).arg("server"))
                        .map(info -> RedisServerCheck.isCluster(String.valueOf(info)))
                        .otherwise(false))
        .compose(
            node ->
                node
                    ? endpoint.close().compose(closed -> open(vertx, target.in(seed(target))))
                    : Future.succeededFuture(endpoint))
        .recover(thrown -> endpoint.close().compose(closed -> Future.failedFuture(thrown)));
  }

  private static List<RedisAddress> seed(RedisTarget node) {
    URI uri = URI.create(node.url());
    String host = uri.getHost().replaceAll("[\\[\\]]", "");
    return List.of(new RedisAddress(host, uri.getPort() < 0 ? 6379 : uri.getPort()));
  }

  private Future<Void> connect() {
    return (masters.isEmpty()
            ? Future.succeededFuture()
            : vertx.deployVerticle(masters).onSuccess(id -> deployment = id))
        .compose(
            found ->
                onLoop(
                    () -> {
                      RedisRoute fresh = route();
                      route = fresh;
                      return fresh.open().compose(tried -> reached(fresh));
                    }));
  }

  private static Future<Void> reached(RedisRoute route) {
    String reason = route.unsupported() == null ? route.unavailableReason() : route.unsupported();
    return reason == null
        ? Future.succeededFuture()
        : Future.failedFuture(RedisDial.unavailable(reason));
  }

  private RedisRoute route() {
    RedisTopology cluster = masters.cluster(target);
    return cluster == null
        ? node(target, any -> Future.succeededFuture(""))
        : new RedisClusterRoute(
            vertx, target, cluster, at -> node(target.at(at).withoutDatabase(), this::check));
  }

  private Future<String> check(RedisConnection connection) {
    return RedisServerCheck.of(target, connection)
        .compose(run -> RedisServerCheck.select(target.database(), connection).map(run));
  }

  private RedisNode node(RedisTarget at, Function<RedisConnection, Future<String>> check) {
    return new RedisNode(vertx, at, null, "endpoint", rights, RedisNodeTerms.ofTool(check));
  }

  /** Whether it is a cluster. */
  public boolean isCluster() {
    return target.isCluster();
  }

  /** The address, without credentials. */
  public String address() {
    return target.address();
  }

  /** Sends one command. */
  public Future<@Nullable Response> send(Request request) {
    return onLoop(() -> opened().send(request));
  }

  /**
   * Sends idempotent commands, in one write per server. Each has its own reply; the call fails as a
   * whole if Redis does not answer.
   */
  public Future<List<Future<@Nullable Response>>> sendAll(List<Request> requests) {
    return onLoop(
        () ->
            opened()
                .read(requests)
                .map(replies -> replies.stream().map(Future::succeededFuture).toList())
                .recover(
                    thrown ->
                        thrown instanceof RedisErrors.Refusal
                            ? oneByOne(requests)
                            : Future.failedFuture(thrown)));
  }

  private Future<List<Future<@Nullable Response>>> oneByOne(List<Request> requests) {
    List<Future<@Nullable Response>> replies = requests.stream().map(opened()::send).toList();
    return Future.join(replies)
        .transform(
            done -> {
              for (Future<@Nullable Response> reply : replies) {
                if (reply.failed() && !(reply.cause() instanceof RedisErrors.Refusal)) {
                  return Future.failedFuture(reply.cause());
                }
              }
              return Future.succeededFuture(replies);
            });
  }

  private RedisRoute opened() {
    if (route == null) {
      throw new IllegalStateException("The endpoint is not open");
    }
    return route;
  }

  private <T> Future<T> onLoop(Supplier<Future<T>> action) {
    Promise<T> answer = Promise.promise();
    loop.runOnContext(there -> action.get().onComplete(answer));
    return answer.future();
  }

  /** Closes all connections; to be called before the Vert.x is closed. */
  public Future<Void> close() {
    RedisRoute present = route;
    String asking = deployment;
    return (present == null ? Future.<Void>succeededFuture() : onLoop(present::close))
        .transform(closed -> asking == null ? Future.succeededFuture() : vertx.undeploy(asking));
  }
}
