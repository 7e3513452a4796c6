package io.aetherkeep.client.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aetherkeep.client.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Operations that wait for a connection or for their answer. Used by one thread. */
final class PendingOps {

  private record Op(ObjectNode frame, CompletableFuture<JsonNode> answer) {}

  /** Concurrent, because other threads complete an answer that is cancelled or times out. */
  private final Map<String, Op> unanswered = new ConcurrentHashMap<>();

  private final List<Op> unsent = new ArrayList<>();
  private long ids;

  /** Registers an operation; returns its frame with an id, to send now. */
  ObjectNode sending(ObjectNode frame, CompletableFuture<JsonNode> answer) {
    String id = String.valueOf(++ids);
    unanswered.put(id, new Op(frame, answer));
    CompletableFuture<?> unused = answer.whenComplete((value, thrown) -> unanswered.remove(id));
    return frame.put("id", id);
  }

  void keep(ObjectNode frame, CompletableFuture<JsonNode> answer) {
    unsent.add(new Op(frame, answer));
  }

  /** Returns the frames that waited for a connection, except those that have timed out. */
  List<ObjectNode> release() {
    List<Op> waiting = List.copyOf(unsent);
    unsent.clear();
    return waiting.stream()
        .filter(op -> !op.answer().isDone())
        .map(op -> sending(op.frame(), op.answer()))
        .toList();
  }

  void settle(JsonNode frame) {
    Op op = unanswered.get(frame.path("re").asText());
    if (op != null) {
      if (frame.has("error")) {
        op.answer().completeExceptionally(ProblemException.ofFrame(frame.path("error")));
      } else {
        op.answer().complete(frame.path("ok"));
      }
    }
  }

  /**
   * Fails the operations that were sent and not answered: they may or may not have been executed.
   */
  void lose(Throwable reason) {
    List.copyOf(unanswered.values()).forEach(op -> op.answer().completeExceptionally(reason));
  }

  void fail(Throwable reason) {
    lose(reason);
    unsent.forEach(op -> op.answer().completeExceptionally(reason));
    unsent.clear();
  }
}
