package io.aetherkeep.redis.script;

import java.time.InstantSource;

/**
 * Time source of scripts. It is Redis's own clock, so that a node's wrong clock does no harm; tests
 * set another one, to move it.
 */
@FunctionalInterface
public interface RedisTime {

  /** Redis's TIME at the run of the script. */
  RedisTime SERVER = () -> "";

  /** The first argument of a {@linkplain RedisScript#timed timed script}. */
  String argument();

  /** The time of a given clock. */
  static RedisTime of(InstantSource clock) {
    return () -> Long.toString(clock.millis());
  }
}
