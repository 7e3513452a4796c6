package io.aetherkeep.session;

import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.session.reports.Positions;
import io.aetherkeep.session.space.SessionMemory;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * State that the session verticle's instances of one node share.
 *
 * @param swept whether one instance runs the background work already
 */
record SharedSessions(AtomicBoolean swept, Positions positions, SessionMemory memory) {

  static SharedSessions of(RedisAccess redis) {
    return new SharedSessions(
        new AtomicBoolean(), new Positions(), SessionMemory.of(redis.spaces()));
  }
}
