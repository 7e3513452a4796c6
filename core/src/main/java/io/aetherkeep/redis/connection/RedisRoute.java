package io.aetherkeep.redis.connection;

import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Route of one event loop's commands to the keys of a space: to one server, or to the masters of a
 * cluster. It is used on that event loop, except for its status, which is read from any thread.
 */
public interface RedisRoute {

  /** Completes after the first attempt to connect; further attempts follow until one succeeds. */
  Future<Void> open();

  Future<Void> close();

  /** Sends one command at once. */
  Future<@Nullable Response> send(Request request);

  /** Sends read commands, together with others of the same turn. */
  Future<List<@Nullable Response>> read(List<Request> requests);

  /** Probes the permissions of the user again. */
  Future<Void> probeRights();

  /** Whether commands on a key fail without being sent. */
  boolean isUnavailable(String key);

  /** Why some commands fail without being sent; null while all are sent. */
  @Nullable String unavailableReason();

  /** Whether this is a cluster. */
  boolean isCluster();

  /** The masters of a cluster, and why some are unavailable; empty for a single server. */
  List<RedisMasterView> masters();

  /** Variants of a key, one on each server that has some of the keys. */
  List<String> spread(String key);

  /** The reason why the server is not supported; null if it is. */
  @Nullable String unsupported();

  /** Run id of the server that has a key; empty if unknown. */
  String serverRun(String key);

  /** Counts of commands sent, refused and in flight; for any thread. */
  RedisTraffic traffic();
}
