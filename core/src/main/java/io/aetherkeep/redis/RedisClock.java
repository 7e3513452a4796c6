package io.aetherkeep.redis;

import io.aetherkeep.redis.script.RedisTime;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Clock of one Redis, by which the keys in it live. Scripts read Redis's {@code TIME}; what a node
 * compares with their results goes by this clock too, and not by the node's own, which may be ahead
 * or behind.
 */
public interface RedisClock extends InstantSource, RedisTime {

  /** A clock that scripts go by as well; for tests, which move it. */
  static RedisClock by(InstantSource clock) {
    return new RedisClock() {
      @Override
      public Instant instant() {
        return clock.instant();
      }

      @Override
      public String argument() {
        return Long.toString(clock.millis());
      }
    };
  }
}
