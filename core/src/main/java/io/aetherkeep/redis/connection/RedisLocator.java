package io.aetherkeep.redis.connection;

import io.aetherkeep.redis.target.RedisAddress;
import io.vertx.core.Future;
import io.vertx.redis.client.RedisConnection;

/**
 * Locator of the server to dial; it also closes connections to a server that is no longer the right
 * one.
 */
public interface RedisLocator {

  /** Finds the address; for any event loop, and completes there. */
  Future<RedisAddress> find();

  /** Checks a server that was reached; fails if it is not the right one. */
  Future<Void> check(RedisConnection connection);

  /** Registers a connection, which is closed when another server becomes the right one. */
  void follow(RedisDial dial);

  void leave(RedisDial dial);

  /** Closes all connections to a server that proved to be a replica. */
  void demoted(RedisAddress replica);
}
