package io.aetherkeep.redis;

import io.aetherkeep.redis.script.RedisTime;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Clock of one Redis, which decides the lifetimes of its keys. Scripts read Redis's {@code TIME}; a
 * node compares their results with this clock, because its own may be ahead or behind.
 */
public interface RedisClock extends InstantSource, RedisTime {

  /** Clock for tests, which also sets the time of scripts. */
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
