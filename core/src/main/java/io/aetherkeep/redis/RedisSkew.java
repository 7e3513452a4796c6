package io.aetherkeep.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Clock of one Redis, derived from this node's clock and the skew measured by {@code TIME}. */
final class RedisSkew implements RedisClock {

  static final Duration EVERY = Duration.ofSeconds(5);

  /** Maximum duration of a round trip; a longer one is too inexact for a measurement. */
  private static final long SLOW_MILLIS = 500;

  private final InstantSource own;
  private volatile long skewMillis;

  RedisSkew(InstantSource own) {
    this.own = own;
  }

  /** How far the node's clock is ahead of Redis's; negative if it is behind. */
  long skewMillis() {
    return skewMillis;
  }

  @Override
  public Instant instant() {
    return own.instant().minusMillis(skewMillis);
  }

  @Override
  public String argument() {
    return "";
  }

  Future<Void> measure(RedisLine line) {
    long sent = own.millis();
    long start = System.nanoTime();
    return line.send(Request.cmd(Command.TIME))
        .onSuccess(reply -> learn(sent, (System.nanoTime() - start) / 1_000_000, read(reply)))
        .mapEmpty();
  }

  private static long read(Response time) {
    return time.get(0).toLong() * 1000 + time.get(1).toLong() / 1000;
  }

  /**
   * Updates the skew, unless the difference is within the error of the measurement, so that the
   * clock does not jitter.
   */
  void learn(long sent, long trip, long redis) {
    long measured = sent + trip / 2 - redis;
    if (trip <= SLOW_MILLIS && Math.abs(measured - skewMillis) > trip / 2 + 2) {
      skewMillis = measured;
    }
  }
}
