package io.aetherkeep.client.realtime;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration INTERVAL = Duration.ofMillis(10);
  private static final int ANSWERED = 20;

  private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger pings = new AtomicInteger();
  private final AtomicInteger gaveUpAfter = new AtomicInteger();
  private final Heartbeat heartbeat =
      new Heartbeat(
          loop, this::pausedClock, this::ping, () -> gaveUpAfter.compareAndSet(0, pings.get()));

  @AfterEach
  void stop() {
    loop.shutdownNow();
  }

  /** The clock of a process that is paused for three intervals before each tick. */
  private long pausedClock() {
    return clock.addAndGet(3 * INTERVAL.toNanos());
  }

  private void ping() {
    if (pings.incrementAndGet() <= ANSWERED) {
      heartbeat.hear();
    }
  }

  @Test
  void connection_isGivenUp_afterAPingWithoutAnswer_notAfterSilence() {
    loop.execute(
        () -> {
          heartbeat.hear();
          heartbeat.start(INTERVAL);
        });
    await().atMost(PATIENCE).until(() -> gaveUpAfter.get() > 0);
    assertEquals(ANSWERED + 1, gaveUpAfter.get());
  }
}
