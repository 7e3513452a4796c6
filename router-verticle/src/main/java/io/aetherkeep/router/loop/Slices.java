package io.aetherkeep.router.loop;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Queue of work on many items, done in time slices so that the event loop can do other work
 * between.
 */
public final class Slices {

  /** A slice ends after this time, far below the 50 ms that a task may block the loop. */
  static final long LONGEST_NANOS = 10_000_000;

  private final Consumer<Runnable> later;
  private final LongSupplier nanos;
  private final Queue<Work<?>> waiting = new ArrayDeque<>();
  private boolean busy;

  /** One task for each of some items. */
  private record Work<T>(Iterator<T> items, Consumer<T> work) {

    void next() {
      work.accept(items.next());
    }
  }

  /**
   * Creates an empty queue.
   *
   * @param later runs a task on the same event loop after the tasks already queued there
   * @param nanos a clock
   */
  public Slices(Consumer<Runnable> later, LongSupplier nanos) {
    this.later = later;
    this.nanos = nanos;
  }

  /**
   * Creates the queue of the caller's event loop. A timer that is due at once lets I/O happen
   * between two slices; one of Vert.x would be due after a millisecond.
   */
  public static Slices on(Vertx vertx) {
    ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    Consumer<Runnable> later =
        task -> {
          Runnable turn = () -> context.emit(nothing -> task.run());
          var unused = context.nettyEventLoop().schedule(turn, 1, TimeUnit.NANOSECONDS);
        };
    return new Slices(later, System::nanoTime);
  }

  /** Does work on each item, in order; the first slice runs at once if the queue is empty. */
  public <T> void each(Collection<T> items, Consumer<T> work) {
    if (items.isEmpty()) {
      return;
    }
    waiting.add(new Work<>(List.copyOf(items).iterator(), work));
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
      if (!first.items().hasNext()) {
        waiting.remove();
      }
    }
  }
}
