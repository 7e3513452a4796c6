package io.aetherkeep.session.lifecycle;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Write queue of each session on one event loop: runs its writers one after the other, which saves
 * retries. Writers on other loops and nodes are handled by compare-and-set.
 */
final class WriteQueue {

  private final Map<String, Future<?>> last = new HashMap<>();

  <T> Future<T> enqueue(String session, Supplier<Future<T>> write) {
    Future<?> before = last.get(session);
    Future<T> queued = before == null ? write.get() : before.transform(done -> write.get());
    last.put(session, queued);
    return queued.onComplete(done -> last.remove(session, queued));
  }
}
