package io.aetherkeep.client.realtime;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Heartbeat of a connection: a ping after a time of silence, and the end of a connection that does
 * not respond to one. Silence alone does not count, because the process may have been paused. Used
 * by one thread.
 */
final class Heartbeat {

  private final ScheduledExecutorService loop;
  private final LongSupplier nanoTime;
  private final Runnable ping;
  private final Runnable dead;
  private @Nullable ScheduledFuture<?> ticks;
  private long heardAt;
  private long pingedAt;

  Heartbeat(ScheduledExecutorService loop, LongSupplier nanoTime, Runnable ping, Runnable dead) {
    this.loop = loop;
    this.nanoTime = nanoTime;
    this.ping = ping;
    this.dead = dead;
  }

  /** Begins to expect frames at intervals. */
  void start(Duration interval) {
    stop();
    pingedAt = heardAt;
    long half = Math.max(1, interval.toMillis() / 2);
    ticks =
        loop.scheduleWithFixedDelay(
            () -> tick(interval.toNanos()), half, half, TimeUnit.MILLISECONDS);
  }

  /** Notes that the other side has sent something. */
  void hear() {
    heardAt = nanoTime.getAsLong();
  }

  private void tick(long interval) {
    long now = nanoTime.getAsLong();
    long silence = now - heardAt;
    if (silence > 2 * interval && pingedAt - heardAt > 0) {
      dead.run();
    } else if (silence > interval / 2) {
      pingedAt = now;
      ping.run();
    }
  }

  void stop() {
    if (ticks != null) {
      ticks.cancel(false);
    }
  }
}
