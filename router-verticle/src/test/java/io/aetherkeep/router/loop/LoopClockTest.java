package io.aetherkeep.router.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoopClockTest {

  private long millis = 123_456;
  private final LoopClock clock = new LoopClock(Duration.ofSeconds(1), () -> millis);

  private long after(long passed) {
    millis += passed;
    clock.tick();
    return clock.now();
  }

  @Test
  void tick_followsTheTime_alsoWhenItIsLate() {
    assertEquals(1000, after(1000));
    assertEquals(2700, after(1700));
    assertEquals(3000, after(300));
  }

  /** Otherwise a node that was frozen for a minute would close all its sockets. */
  @Test
  void tick_afterAStall_leavesItOut() {
    assertEquals(2000, after(85_000));
    assertEquals(3000, after(1000));
  }
}
