package io.aetherkeep.redis.script;

import java.time.InstantSource;

/**
 * Time source of scripts: Redis's own clock, so that a node's wrong clock does no harm. Tests use
 * another clock, which they can move.
 */
@FunctionalInterface
public interface RedisTime {

  /** Redis's {@code TIME} when the script runs. */
  RedisTime SERVER = () -> "";

  /** The first argument of a {@linkplain RedisScript#timed timed script}. */
  String argument();

  /** The time of a given clock. */
  static RedisTime of(InstantSource clock) {
    return () -> Long.toString(clock.millis());
  }
}
