package io.aetherkeep.redis.connection;

import io.aetherkeep.redis.target.RedisAddress;
import io.vertx.core.Future;
import io.vertx.redis.client.RedisConnection;

/** Who knows which of several servers is to be dialled, and when it is to be left. */
public interface RedisLocator {

  /** Where to dial, for any event loop, and answers there. */
  Future<RedisAddress> find();

  /** Whether the server that was reached is one to stay with; fails where it is not. */
  Future<Void> check(RedisConnection connection);

  /** Has a connection leave its server from now on, when another is to be dialled. */
  void follow(RedisDial dial);

  void leave(RedisDial dial);

  /** Has all leave a server that has shown to one of them that it is a replica now. */
  void demoted(RedisAddress replica);
}
