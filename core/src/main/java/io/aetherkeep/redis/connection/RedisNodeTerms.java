package io.aetherkeep.redis.connection;

import io.vertx.core.Future;
import io.vertx.redis.client.RedisConnection;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Differences between a single server and a node of a cluster.
 *
 * @param check check of a server before its first use; answers its run id
 * @param errors mapping of error replies to failures
 * @param slots whether a key is in a slot of the server; probes of permissions use such a key
 * @param leavesReplica whether to dial again when the server proves to be a replica; clients of a
 *     cluster follow redirects instead, and tools stay with the server that they are told
 */
public record RedisNodeTerms(
    Function<RedisConnection, Future<String>> check,
    RedisInFlight.Errors errors,
    Predicate<String> slots,
    boolean leavesReplica) {

  /** Terms of a single server, which has all keys. */
  public static RedisNodeTerms ofServer(Function<RedisConnection, Future<String>> check) {
    return new RedisNodeTerms(check, RedisErrors::failure, any -> true, true);
  }

  /** Terms of a node of a cluster. */
  public static RedisNodeTerms ofNode(
      Function<RedisConnection, Future<String>> check, Predicate<String> slots) {
    return new RedisNodeTerms(check, RedisErrors::ofNode, slots, false);
  }

  /** Terms of a node for a tool: error replies stay as they are, and no permission is probed. */
  public static RedisNodeTerms ofTool(Function<RedisConnection, Future<String>> check) {
    return new RedisNodeTerms(check, RedisErrors::ofTool, any -> false, false);
  }
}
