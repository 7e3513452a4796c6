package io.aetherkeep.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Clock skew between this node and one Redis, measured by {@code TIME}, and the clock of that Redis
 * as it follows from the skew.
 */
final class RedisSkew implements RedisClock {

  static final Duration EVERY = Duration.ofSeconds(5);

  /** An answer that took longer says too little about when it was given. */
  private static final long SLOW_MILLIS = 500;

  private final InstantSource own;
  private volatile long skewMillis;

  RedisSkew(InstantSource own) {
    this.own = own;
  }

  /** How far the node's clock is ahead of Redis's; negative where it is behind. */
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
   * Within the error of the measurement the known skew stays, so that the clock does not jitter.
   */
  void learn(long sent, long trip, long redis) {
    long measured = sent + trip / 2 - redis;
    if (trip <= SLOW_MILLIS && Math.abs(measured - skewMillis) > trip / 2 + 2) {
      skewMillis = measured;
    }
  }
}
