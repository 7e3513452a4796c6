package io.aetherkeep.router.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlicesTest {

  private static final int SIZE = 10;

  private final Queue<Runnable> turns = new ArrayDeque<>();
  private final AtomicLong nanos = new AtomicLong();

  /** Each reading of the clock is a millisecond later. */
  private final Slices slices = new Slices(turns::add, () -> nanos.addAndGet(1_000_000));

  private final List<Integer> done = new ArrayList<>();

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void sliceEnds_farBeforeALoopIsHeldTooLong() {
    assertEquals(SIZE, TimeUnit.NANOSECONDS.toMillis(Slices.LONGEST_NANOS));
  }

  private void finish() {
    while (!turns.isEmpty()) {
      int before = done.size();
      turns.remove().run();
      assertTrue(done.size() - before <= SIZE, "a slice is too large");
    }
  }

  @Test
  void few_areDoneAtOnce() {
    slices.each(numbers(0, SIZE), done::add);
    assertEquals(numbers(0, SIZE), done);
    assertTrue(turns.isEmpty());
  }

  @Test
  void many_areDoneInTurns_inOrder() {
    slices.each(numbers(0, 5 * SIZE + 1), done::add);
    assertEquals(SIZE, done.size());
    slices.each(numbers(5 * SIZE + 1, 7 * SIZE), done::add);
    assertEquals(SIZE, done.size());
    finish();
    assertEquals(numbers(0, 7 * SIZE), done);
  }

  @Test
  void whatWorkAdds_waitsForItsTurn() {
    slices.each(List.of(1), one -> slices.each(numbers(0, 2 * SIZE), done::add));
    assertTrue(done.size() < SIZE);
    finish();
    assertEquals(numbers(0, 2 * SIZE), done);
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

  /** Input is read between two slices of work that never ends by itself. */
  @Test
  void betweenSlices_inputIsRead() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Promise<Void> read = Promise.promise();
      vertx.runOnContext(
          start -> {
            vertx
                .createNetServer()
                .connectHandler(socket -> socket.write("hello"))
                .listen(0, "127.0.0.1")
                .compose(
                    server -> vertx.createNetClient().connect(server.actualPort(), "127.0.0.1"))
                .onSuccess(socket -> socket.handler(hello -> read.tryComplete()))
                .onFailure(read::tryFail);
            workUntil(read.future(), Slices.on(vertx));
          });
      read.future().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  private static void workUntil(Future<Void> end, Slices slices) {
    slices.each(
        List.of(1),
        one -> {
          if (!end.isComplete()) {
            workUntil(end, slices);
          }
        });
  }
}
