package io.aetherkeep.client.realtime;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Heartbeat of a connection: a ping after a time of silence, and the end of a connection that does
 * not respond. Used by one thread.
 */
final class Heartbeat {

  private final ScheduledExecutorService loop;
  private final Runnable ping;
  private final Runnable dead;
  private @Nullable ScheduledFuture<?> ticks;
  private long heardAt;

  Heartbeat(ScheduledExecutorService loop, Runnable ping, Runnable dead) {
    this.loop = loop;
    this.ping = ping;
    this.dead = dead;
  }

  /** Begins to expect frames at intervals. */
  void start(Duration interval) {
    stop();
    long half = Math.max(1, interval.toMillis() / 2);
    ticks =
        loop.scheduleWithFixedDelay(
            () -> tick(interval.toNanos()), half, half, TimeUnit.MILLISECONDS);
  }

  /** Notes that the other side has sent something. */
  void hear() {
    heardAt = System.nanoTime();
  }

  private void tick(long interval) {
    long silence = System.nanoTime() - heardAt;
    if (silence > 2 * interval) {
      dead.run();
    } else if (silence > interval / 2) {
      ping.run();
    }
  }

  void stop() {
    if (ticks != null) {
      ticks.cancel(false);
    }
  }
}
