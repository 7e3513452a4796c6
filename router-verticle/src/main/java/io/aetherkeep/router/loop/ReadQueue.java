package io.aetherkeep.router.loop;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * Concurrency limit for the reads of an event loop's topics: a read above it waits in turn. The
 * values of all topics at once would keep Redis's connection busy beyond its deadline.
 */
public final class ReadQueue {

  public static final int MOST_AT_ONCE = 50;

  private final Queue<Supplier<Future<?>>> waiting = new ArrayDeque<>();
  private int open;

  /** Whether reads are being started: one that ends at once starts no others within itself. */
  private boolean starting;

  /** Starts a read at once, or when its turn comes. */
  public void add(Supplier<Future<?>> read) {
    waiting.add(read);
    start();
  }

  private void start() {
    if (starting) {
      return;
    }
    starting = true;
    try {
      while (open < MOST_AT_ONCE && !waiting.isEmpty()) {
        start(waiting.remove());
      }
    } finally {
      starting = false;
    }
  }

  private void start(Supplier<Future<?>> read) {
    Future<?> result = read.get();
    open++;
    result.onComplete(
        done -> {
          open--;
          start();
        });
  }
}
