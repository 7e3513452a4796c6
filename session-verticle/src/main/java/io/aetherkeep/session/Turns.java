package io.aetherkeep.session;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Lets the writers of one session on this event loop go one after the other, so that they need not
 * overtake each other; against those elsewhere each write is still compared and swapped.
 */
final class Turns {

  private final Map<String, Future<?>> last = new HashMap<>();

  <T> Future<T> take(String who, Supplier<Future<T>> turn) {
    Future<?> before = last.get(who);
    Future<T> mine = before == null ? turn.get() : before.transform(done -> turn.get());
    last.put(who, mine);
    return mine.onComplete(done -> last.remove(who, mine));
  }
}
