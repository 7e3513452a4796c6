package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** An event loop's turns, each as long as what is begun in it. */
class LapsTest {

  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private long nanos;
  private final Laps laps = new Laps(Duration.ofMillis(20), tasks::add, () -> nanos);

  /** A turn with so many requests of a millisecond each; answers how many were begun. */
  private int turn(int requests) {
    int begun = 0;
    for (int i = 0; i < requests; i++) {
      if (laps.hasTime()) {
        begun++;
        nanos += Duration.ofMillis(1).toNanos();
      }
    }
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }
    return begun;
  }

  private void overload() {
    for (int i = 0; i < 10; i++) {
      turn(50);
    }
  }

  @Test
  void shortTurns_areLetBe() {
    for (int i = 0; i < 1000; i++) {
      assertTrue(turn(19) == 19);
    }
  }

  @Test
  void oneLongTurn_isLetBe() {
    assertTrue(turn(300) == 300);
    assertTrue(turn(1) == 1);
    assertTrue(turn(300) == 300);
  }

  @Test
  void longTurnsForAWhile_areMadeShort() {
    overload();
    int begun = turn(50);
    assertTrue(begun > 0 && begun <= 10, begun + " were begun");
    assertTrue(turn(5) == 5);
  }

  @Test
  void whatWasMadeShort_isLetBeAfterASecondOfCalm() {
    overload();
    nanos += Duration.ofSeconds(2).toNanos();
    turn(1);
    assertTrue(turn(50) == 50);
  }

  @Test
  void aTurnHasOneTask() {
    laps.hasTime();
    laps.hasTime();
    assertTrue(tasks.size() == 1);
    assertFalse(tasks.isEmpty());
  }
}
