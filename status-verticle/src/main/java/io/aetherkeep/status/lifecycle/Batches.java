package io.aetherkeep.status.lifecycle;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/** Batch runner: a few items at a time, so that not all their documents are in memory at once. */
final class Batches {

  private static final int AT_ONCE = 10;

  private Batches() {}

  /** Runs the work for each item, also after failures of others. */
  static <T> Future<Void> each(List<T> all, Function<T, Future<?>> work) {
    return from(0, all, work);
  }

  private static <T> Future<Void> from(int start, List<T> all, Function<T, Future<?>> work) {
    int end = Math.min(all.size(), start + AT_ONCE);
    List<Future<?>> some = all.subList(start, end).stream().<Future<?>>map(work).toList();
    return start == end
        ? Future.succeededFuture()
        : Future.join(some).transform(done -> from(end, all, work));
  }
}
