package io.aetherkeep.status;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.status.lifecycle.LastKnownStatuses;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * State that the status verticle's instances of one node share.
 *
 * @param subscribed whether one instance is subscribed to Redis and sweeps already
 * @param recent the statuses last read, by space
 */
record SharedStatuses(AtomicBoolean subscribed, Map<String, LastKnownStatuses> recent) {

  static SharedStatuses of(RedisAccess redis) {
    return new SharedStatuses(
        new AtomicBoolean(),
        redis.spaces().stream()
            .collect(Collectors.toMap(Space::name, space -> new LastKnownStatuses())));
  }
}
