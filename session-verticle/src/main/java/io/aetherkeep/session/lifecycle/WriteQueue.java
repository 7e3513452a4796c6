package io.aetherkeep.session.lifecycle;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Write queue of each session on one event loop: its writers run one after the other, which spares
 * them retries; against writers elsewhere each write is still a compare-and-set.
 */
final class WriteQueue {

  private final Map<String, Future<?>> last = new HashMap<>();

  <T> Future<T> take(String who, Supplier<Future<T>> turn) {
    Future<?> before = last.get(who);
    Future<T> mine = before == null ? turn.get() : before.transform(done -> turn.get());
    last.put(who, mine);
    return mine.onComplete(done -> last.remove(who, mine));
  }
}
