package io.aetherkeep.router.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlicesTest {

  private final Queue<Runnable> turns = new ArrayDeque<>();
  private final Slices slices = new Slices(turns::add);
  private final List<Integer> done = new ArrayList<>();

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private void finish() {
    while (!turns.isEmpty()) {
      int before = done.size();
      turns.remove().run();
      assertTrue(done.size() - before <= Slices.SIZE, "a slice is too large");
    }
  }

  @Test
  void few_areDoneAtOnce() {
    slices.each(numbers(0, Slices.SIZE), done::add);
    assertEquals(numbers(0, Slices.SIZE), done);
    assertTrue(turns.isEmpty());
  }

  @Test
  void many_areDoneInTurns_inOrder() {
    slices.each(numbers(0, 5 * Slices.SIZE + 1), done::add);
    assertEquals(Slices.SIZE, done.size());
    slices.each(numbers(5 * Slices.SIZE + 1, 7 * Slices.SIZE), done::add);
    assertEquals(Slices.SIZE, done.size());
    finish();
    assertEquals(numbers(0, 7 * Slices.SIZE), done);
  }

  @Test
  void whatWorkAdds_waitsForItsTurn() {
    slices.each(List.of(1), one -> slices.each(numbers(0, 2 * Slices.SIZE), done::add));
    assertTrue(done.size() < Slices.SIZE);
    finish();
    assertEquals(numbers(0, 2 * Slices.SIZE), done);
  }

  @Test
  void workThatFails_stopsNothingElse() {
    assertThrows(
        IllegalStateException.class,
        () ->
            slices.each(
                numbers(0, 3),
                one -> {
                  if (one == 1) {
                    throw new IllegalStateException();
                  }
                  done.add(one);
                }));
    finish();
    assertEquals(List.of(0, 2), done);
  }
}
