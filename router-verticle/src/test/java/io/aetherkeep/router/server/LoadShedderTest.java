package io.aetherkeep.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** Simulated turns of an event loop, as long as the work started in them and before. */
class LoadShedderTest {

  private static final long MILLI = Duration.ofMillis(1).toNanos();

  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private long nanos;
  private final LoadShedder shedder =
      new LoadShedder(Duration.ofMillis(20), tasks::add, tasks::add, () -> nanos);

  /** Requests started in the last turn, which finish in this one. */
  private int unfinished;

  /**
   * Runs a turn with requests that take 25 microseconds to start and 75 to finish; returns how many
   * were started.
   */
  private int turn(int requests) {
    nanos += unfinished * MILLI * 3 / 40;
    int begun = 0;
    for (int i = 0; i < requests; i++) {
      if (shedder.hasTime()) {
        begun++;
        nanos += MILLI / 40;
      }
    }
    unfinished = begun;
    for (int left = tasks.size(); left > 0; left--) {
      tasks.remove().run();
    }
    return begun;
  }

  private void overload() {
    for (int i = 0; i < 40; i++) {
      turn(1000);
    }
  }

  @Test
  void shortTurns_areLetBe() {
    for (int i = 0; i < 1000; i++) {
      assertEquals(190, turn(190));
    }
  }

  @Test
  void oneLongTurn_isLetBe() {
    assertEquals(3000, turn(3000));
    assertEquals(1, turn(1));
    assertEquals(3000, turn(3000));
  }

  @Test
  void longTurnsOfFewRequests_areLetBe() {
    for (int i = 0; i < 100; i++) {
      assertTrue(shedder.hasTime());
      nanos += 100 * MILLI;
      assertEquals(62, turn(62));
    }
    assertEquals(500, turn(500));
  }

  @Test
  void fewRequests_areAllBegunHoweverLongTurnsAre() {
    overload();
    for (int i = 0; i < 100; i++) {
      assertTrue(shedder.hasTime());
      nanos += 100 * MILLI;
      assertEquals(9, turn(9));
    }
  }

  @Test
  void longTurnsForAWhile_areMadeShort() {
    overload();
    int all = 0;
    long began = nanos;
    for (int i = 0; i < 100; i++) {
      all += turn(1000);
    }
    double turn = (nanos - began) / 100.0 / MILLI;
    assertTrue(turn > 0.6 && turn < 2.5, "a turn took " + turn + " ms");
    assertTrue(all > 1000, all + " were begun");
  }

  @Test
  void whatIsBegun_isAsMuchAsCanBeDone() {
    overload();
    long began = nanos;
    int all = 0;
    for (int i = 0; i < 1000; i++) {
      all += turn(200);
    }
    double busy = all / 10.0 / ((nanos - began) / (double) MILLI);
    assertTrue(busy > 0.99, "of the time " + busy + " was used");
  }

  @Test
  void fewRequests_areAllBegunInTheMidstOfIt() {
    overload();
    assertEquals(2, turn(2));
  }

  @Test
  void whatWasMadeShort_isLetBeAfterASecondOfCalm() {
    overload();
    turn(0);
    nanos += Duration.ofSeconds(2).toNanos();
    turn(1);
    assertEquals(500, turn(500));
    turn(0);
    turn(0);
    assertTrue(tasks.isEmpty(), "a loop with nothing to do is to rest");
  }

  @Test
  void aTurnHasOneTask() {
    shedder.hasTime();
    shedder.hasTime();
    assertEquals(1, tasks.size());
  }
}
