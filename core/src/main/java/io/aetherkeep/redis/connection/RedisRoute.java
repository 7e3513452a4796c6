package io.aetherkeep.redis.connection;

import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of one event loop's commands to where the keys of a space are: one server, or the masters
 * of a cluster. Used on that event loop only, but for what it tells of itself.
 */
public interface RedisRoute {

  /** Answers when it was tried once; what failed is tried again for ever. */
  Future<Void> open();

  Future<Void> close();

  /** Sends one command, at once. */
  Future<@Nullable Response> send(Request request);

  /** Sends commands that only read, with those of others that are asked for in the same turn. */
  Future<List<@Nullable Response>> read(List<Request> requests);

  /** Finds out anew what the user may not do. */
  Future<Void> probeRights();

  /** Whether commands on a key fail without being sent. */
  boolean isAway(String key);

  /** Why some commands fail without being sent; none while all are sent. */
  @Nullable String whyAway();

  /** Whether keys are in the slots of a cluster. */
  boolean isCluster();

  /** The masters of a cluster, and why some of them are away; none of a server of its own. */
  List<RedisMasterView> masters();

  /** Names like a key, one in each part of the keys that a server of its own has. */
  List<String> spread(String key);

  /** Why the server that answers cannot be used at all, if it is so. */
  @Nullable String unsupported();

  /** What tells the server that has a key, and its present life, from others; empty if unknown. */
  String serverRun(String key);

  /** What went this way, and what waits; others look at it from their threads. */
  RedisTraffic traffic();
}
