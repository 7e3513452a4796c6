package io.aetherkeep.redis.subscription;

import io.aetherkeep.loop.LoopDelay;
import io.aetherkeep.redis.connection.RedisDial;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Liveness check of a connection that receives pushes: pings twice a second, and disconnects when
 * nothing has arrived for too long, not counting time in which the event loop was blocked.
 */
final class PushLiveness {

  /** Interval of pings, short enough to detect a frozen server within two seconds. */
  static final Duration PERIOD = Duration.ofMillis(500);

  private final Vertx vertx;
  private final RedisDial dial;
  private final Duration mostSilent;
  private final Consumer<Response> pong;
  private final LoopDelay delay = new LoopDelay(PERIOD, System.nanoTime());
  private @Nullable RedisConnection connection;
  private long heardAt;
  private long pinger = -1;

  /**
   * Creates a check, not started yet.
   *
   * @param mostSilent longest time in which nothing may arrive
   * @param pong receives the answer to a ping, which can be a push, because the client gives the
   *     next frame to the waiting command
   */
  PushLiveness(Vertx vertx, RedisDial dial, Duration mostSilent, Consumer<Response> pong) {
    this.vertx = vertx;
    this.dial = dial;
    this.mostSilent = mostSilent;
    this.pong = pong;
  }

  Future<Void> open() {
    pinger = vertx.setPeriodic(PERIOD.toMillis(), id -> ping());
    return dial.start();
  }

  Future<Void> close() {
    vertx.cancelTimer(pinger);
    return dial.close();
  }

  void connected(RedisConnection fresh) {
    connection = fresh;
    markAlive();
  }

  void disconnected() {
    connection = null;
  }

  /** Records that something has arrived. */
  void markAlive() {
    heardAt = System.nanoTime();
  }

  private void ping() {
    long now = System.nanoTime();
    heardAt = Math.min(now, heardAt + delay.tick(now));
    RedisConnection present = connection;
    if (present == null) {
      return;
    }
    if (now - heardAt > mostSilent.toNanos()) {
      dial.disconnect("no sign of life");
    } else {
      present
          .send(Request.cmd(Command.PING))
          .onComplete(any -> markAlive())
          .onSuccess(pong::accept);
    }
  }
}
