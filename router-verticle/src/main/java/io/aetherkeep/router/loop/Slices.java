package io.aetherkeep.router.loop;

import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Queue of work on many things, done in slices: other work of the event loop has its turn between
 * two of them.
 */
public final class Slices {

  /** A slice ends with the first thing after this: far below the 50 ms that a loop may be held. */
  static final long LONGEST_NANOS = 10_000_000;

  private final Consumer<Runnable> later;
  private final LongSupplier nanos;
  private final Queue<Work<?>> waiting = new ArrayDeque<>();
  private boolean busy;

  /** The same work on each of some things. */
  private record Work<T>(Iterator<T> things, Consumer<T> work) {

    void next() {
      work.accept(things.next());
    }
  }

  /**
   * Has no work yet.
   *
   * @param later runs a task on the same event loop after what else waits there
   * @param nanos a clock
   */
  public Slices(Consumer<Runnable> later, LongSupplier nanos) {
    this.later = later;
    this.nanos = nanos;
  }

  /** For the event loop of the verticle that calls; a timer lets what comes in have its turn. */
  public static Slices on(Vertx vertx) {
    return new Slices(task -> vertx.setTimer(1, id -> task.run()), System::nanoTime);
  }

  /** Does work on each thing, in order; the first slice at once if nothing waits. */
  public <T> void each(Collection<T> things, Consumer<T> work) {
    if (things.isEmpty()) {
      return;
    }
    waiting.add(new Work<>(List.copyOf(things).iterator(), work));
    if (!busy) {
      busy = true;
      slice();
    }
  }

  private void slice() {
    long start = nanos.getAsLong();
    try {
      do {
        step(waiting.element());
      } while (!waiting.isEmpty() && nanos.getAsLong() - start < LONGEST_NANOS);
    } finally {
      busy = !waiting.isEmpty();
      if (busy) {
        later.accept(this::slice);
      }
    }
  }

  private void step(Work<?> first) {
    try {
      first.next();
    } finally {
      if (!first.things().hasNext()) {
        waiting.remove();
      }
    }
  }
}
