package io.aetherkeep.cache.loading;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Request batching on one event loop: of each name, at most one request is under way. Callers that
 * ask in the meantime share the next request, so that no answer is older than its call.
 */
final class RequestBatcher<T> {

  /** Requests under way, each with the callers that wait for the next one. */
  private final Map<String, Next<T>> underWay = new HashMap<>();

  private static final class Next<T> {
    private @Nullable Promise<T> answer;
  }

  Future<T> ask(String name, Supplier<Future<T>> request) {
    Next<T> next = underWay.get(name);
    if (next == null) {
      return send(name, request);
    }
    Promise<T> answer = next.answer;
    if (answer == null) {
      answer = Promise.promise();
      next.answer = answer;
    }
    return answer.future();
  }

  private Future<T> send(String name, Supplier<Future<T>> request) {
    Next<T> next = new Next<>();
    underWay.put(name, next);
    return request
        .get()
        .onComplete(
            done -> {
              underWay.remove(name);
              if (next.answer != null) {
                send(name, request).onComplete(next.answer);
              }
            });
  }
}
