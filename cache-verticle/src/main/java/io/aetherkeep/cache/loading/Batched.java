package io.aetherkeep.cache.loading;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Request batching on one event loop: who asks while the same question is under way shares the next
 * one, so that each answer is newer than its question and at most one is under way.
 */
final class Batched<T> {

  /** What is under way, each with those who wait for the next. */
  private final Map<String, Next<T>> underWay = new HashMap<>();

  private static final class Next<T> {
    private @Nullable Promise<T> answer;
  }

  Future<T> ask(String what, Supplier<Future<T>> question) {
    Next<T> next = underWay.get(what);
    if (next == null) {
      return send(what, question);
    }
    Promise<T> answer = next.answer;
    if (answer == null) {
      answer = Promise.promise();
      next.answer = answer;
    }
    return answer.future();
  }

  private Future<T> send(String what, Supplier<Future<T>> question) {
    Next<T> next = new Next<>();
    underWay.put(what, next);
    return question
        .get()
        .onComplete(
            done -> {
              underWay.remove(what);
              if (next.answer != null) {
                send(what, question).onComplete(next.answer);
              }
            });
  }
}
