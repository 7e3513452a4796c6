package io.aetherkeep.cache.loading;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Request batching on one event loop. Callers that ask while the same question is under way share
 * the next one: so each answer is newer than its question, and at most one is under way.
 */
final class Batched<T> {

  /** Questions under way, each with the callers that wait for the next one. */
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
