package io.aetherkeep.redis.script;

import java.time.InstantSource;

/**
 * The time that scripts go by. It is Redis's own, so that a node whose clock is wrong harms nobody;
 * tests say another, to move it.
 */
@FunctionalInterface
public interface RedisTime {

  /** What Redis's TIME says when the script runs. */
  RedisTime SERVER = () -> "";

  /** The first argument of a {@linkplain RedisScript#timed timed script}. */
  String argument();

  /** The time of a clock instead. */
  static RedisTime of(InstantSource clock) {
    return () -> Long.toString(clock.millis());
  }
}
