package io.aetherkeep.session.lifecycle;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Work on many items in groups: a group begins when all work on the one before it is done. */
final class Groups {

  private Groups() {}

  /** Works on each item, on so many at once; answers the results in order. */
  static <T, R> Future<List<R>> each(List<T> items, int atOnce, Function<T, Future<R>> work) {
    return from(0, items, atOnce, work, new ArrayList<>(items.size()));
  }

  private static <T, R> Future<List<R>> from(
      int from, List<T> items, int atOnce, Function<T, Future<R>> work, List<R> results) {
    if (from >= items.size()) {
      return Future.succeededFuture(results);
    }
    int to = Math.min(items.size(), from + atOnce);
    List<Future<R>> group = items.subList(from, to).stream().map(work).toList();
    return Future.all(group)
        .compose(
            done -> {
              group.forEach(one -> results.add(one.result()));
              return from(to, items, atOnce, work, results);
            });
  }
}
