package io.aetherkeep.session;

import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.session.reports.Positions;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.space.LastKnownSessions;
import io.aetherkeep.session.space.NearSessions;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * State that the session verticle's instances of one node share.
 *
 * @param swept whether one instance runs the background work already
 */
record SharedSessions(
    AtomicBoolean swept,
    Positions positions,
    LastKnownSessions memory,
    PerSpace<NearSessions> near) {

  static SharedSessions of(RedisAccess redis, SessionSettings settings) {
    return new SharedSessions(
        new AtomicBoolean(),
        new Positions(),
        LastKnownSessions.of(redis.spaces()),
        PerSpace.each(
            redis.spaces(),
            space -> new NearSessions(space, settings.policy(space.name()).nearFor())));
  }
}
