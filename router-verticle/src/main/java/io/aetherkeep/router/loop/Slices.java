package io.aetherkeep.router.loop;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Queue of work on many things, done in slices: other work of the event loop has its turn between
 * two of them.
 */
public final class Slices {

  /** Closing as many sockets takes a few milliseconds. */
  static final int SIZE = 200;

  private final Consumer<Runnable> later;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;

  /**
   * Has no work yet.
   *
   * @param later runs a task on the same event loop after what else waits there
   */
  public Slices(Consumer<Runnable> later) {
    this.later = later;
  }

  /** Does work on each thing, in order; the first slice at once if nothing waits. */
  public <T> void each(Collection<T> things, Consumer<T> work) {
    things.forEach(thing -> waiting.add(() -> work.accept(thing)));
    if (!busy) {
      busy = true;
      slice();
    }
  }

  private void slice() {
    try {
      for (int i = 0; i < SIZE && !waiting.isEmpty(); i++) {
        waiting.remove().run();
      }
    } finally {
      busy = !waiting.isEmpty();
      if (busy) {
        later.accept(this::slice);
      }
    }
  }
}
