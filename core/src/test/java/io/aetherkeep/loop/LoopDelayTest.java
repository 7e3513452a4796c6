package io.aetherkeep.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Delay of an event loop, with times given by the test. */
class LoopDelayTest {

  private final LoopDelay delay = new LoopDelay(Duration.ofNanos(100), 0);

  @Test
  void aTickThatComesLate_saysByHowMuch() {
    assertEquals(0, delay.tick(100));
    assertEquals(900, delay.tick(1100));
    assertEquals(0, delay.tick(1101));
    assertEquals(0, delay.tick(1300));
  }
}
