package io.aetherkeep.client.realtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PendingOpsTest {

  private static List<CompletableFuture<JsonNode>> answers() {
    return Stream.generate(CompletableFuture<JsonNode>::new).limit(100_000).toList();
  }

  private static void send(PendingOps ops, List<CompletableFuture<JsonNode>> answers) {
    answers.forEach(answer -> ops.sending(JsonNodeFactory.instance.objectNode(), answer));
  }

  @Test
  void lostOperations_fail_alsoIfOtherThreadsCancelSome() {
    PendingOps ops = new PendingOps();
    List<CompletableFuture<JsonNode>> cancelled = answers();
    List<CompletableFuture<JsonNode>> lost = answers();
    send(ops, cancelled);
    send(ops, lost);
    cancelled.parallelStream().forEach(answer -> answer.cancel(false));
    ops.lose(new IllegalStateException("The connection was lost"));
    assertTrue(lost.stream().allMatch(CompletableFuture::isCompletedExceptionally));
  }
}
