package io.aetherkeep.redis;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.connection.RedisPermissions;
import io.aetherkeep.redis.target.RedisTarget;
import java.time.InstantSource;

/**
 * Redis of one space, as all event loops share it: where it is, what its user may do, how far its
 * clock differs, and the outbox of its scripts.
 */
record RedisSpace(
    Space space, RedisTarget target, RedisPermissions rights, RedisSkew skew, RedisOutbox outbox) {

  /**
   * Creates the state of a space.
   *
   * @param own the node's clock, whose skew against Redis is measured
   */
  static RedisSpace of(Space space, RedisTarget target, InstantSource own) {
    return new RedisSpace(
        space,
        target,
        new RedisPermissions(space),
        new RedisSkew(own),
        new RedisOutbox(space, target.isCluster()));
  }

  String name() {
    return space.name();
  }
}
