package io.aetherkeep.client.realtime;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.aetherkeep.client.AetherkeepClient;
import io.aetherkeep.client.ClientOptions;
import io.aetherkeep.client.ProblemCode;
import io.aetherkeep.client.ProblemException;
import io.aetherkeep.client.SessionClient.Opening;
import io.aetherkeep.junit5.AetherkeepExtension;
import io.aetherkeep.junit5.AetherkeepNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(AetherkeepExtension.class)
class RealtimeTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static AetherkeepClient of(URI node) {
    return AetherkeepClient.of(new ClientOptions(node, "aethercast").withDeadline(PATIENCE));
  }

  private static List<String> words(List<TopicUpdate> heard) {
    return heard.stream().map(update -> update.data().path("status").asText("none")).toList();
  }

  @Test
  void session_playsAndWatches(AetherkeepNode node) throws Exception {
    AetherkeepClient client = of(node.url());
    String session = client.sessions().open(Opening.of("r1")).id();
    List<TopicUpdate> heard = new CopyOnWriteArrayList<>();
    try (Realtime live = Realtime.of(client, session)) {
      live.watch("listeners/pod-r1", heard::add);
      assertEquals("playing", live.play("pod-r1", 0).get().path("playback").path("state").asText());
      assertEquals(5000, live.seek(5000).get().path("playback").path("positionMs").asInt());
      await()
          .atMost(PATIENCE)
          .until(() -> heard.stream().anyMatch(it -> it.data().path("listeners").asInt() == 1));
      assertEquals("stopped", live.stop(5000).get().path("playback").path("state").asText());
    }
  }

  @Test
  void topics_resumeWhereTheyWere_whenTheConnectionIsCut(AetherkeepNode node) throws Exception {
    AetherkeepClient direct = of(node.url());
    List<TopicUpdate> heard = new CopyOnWriteArrayList<>();
    try (CuttableRelay relay = new CuttableRelay(node.url());
        Realtime live = Realtime.observer(of(relay.url()))) {
      live.watch("status/podcast/cut", heard::add);
      await().atMost(PATIENCE).until(() -> heard.size() == 1);
      direct.statuses().put("podcast", "cut", Map.of("status", "queued"));
      await().atMost(PATIENCE).until(() -> heard.size() == 2);
      relay.cut();
      for (String word : List.of("one", "two", "three")) {
        direct.statuses().put("podcast", "cut", Map.of("status", word));
      }
      relay.mend();
      await().atMost(PATIENCE).until(() -> words(heard).contains("three"));
      assertEquals(List.of("none", "queued", "one", "two", "three"), words(heard));
      assertTrue(heard.stream().allMatch(TopicUpdate::recovered), heard::toString);
    }
  }

  @Test
  void endedSession_closesForGood(AetherkeepNode node) throws Exception {
    AetherkeepClient client = of(node.url());
    String session = client.sessions().open(Opening.of("r2")).id();
    try (Realtime live = Realtime.of(client, session)) {
      live.play("pod-r2", 0).get();
      client.sessions().end(session);
      CloseReason why = live.closed().get(60, TimeUnit.SECONDS);
      assertEquals(4500, why.code());
      assertTrue(why.isFinal());
      assertThrows(ExecutionException.class, () -> live.pause(0).get());
    }
  }

  @Test
  void sessionThatIsNone_isNotTriedAgain(AetherkeepNode node) throws Exception {
    try (Realtime live = Realtime.of(of(node.url()), "nobody-knows-it")) {
      assertTrue(live.closed().get(60, TimeUnit.SECONDS).isFinal());
    }
  }

  @Test
  void topicThatIsNone_tellsItsWatcherWhy(AetherkeepNode node) {
    List<TopicUpdate> heard = new CopyOnWriteArrayList<>();
    try (Realtime live = Realtime.observer(of(node.url()))) {
      live.watch("no-such-topic", heard::add);
      await().atMost(PATIENCE).until(() -> heard.size() == 1);
      ProblemException why = Objects.requireNonNull(heard.get(0).error());
      assertEquals(ProblemCode.TOPIC_UNKNOWN, why.code());
    }
  }

  @Test
  void topicThatFailed_isNotWatchedAgain_whenAnotherConnectionHasResumedIt() throws Exception {
    try (ScriptedNode node = new ScriptedNode("first", "second");
        Realtime live = Realtime.observer(of(node.url()))) {
      live.watch("first", update -> {});
      live.watch("second", update -> {});
      node.start();
      // The retry of the first topic would be the earlier one.
      await().atMost(PATIENCE).until(() -> node.watched().contains("second"));
      assertEquals(List.of("second"), node.watched());
    }
  }

  @Test
  void topicThatFailed_isWatchedFromItsOffset() throws Exception {
    try (ScriptedNode node = new ScriptedNode("second", "first");
        Realtime live = Realtime.observer(of(node.url()))) {
      live.watch("first", update -> {});
      node.start();
      await().atMost(PATIENCE).until(() -> node.watched().contains("first"));
      assertEquals("7", node.frames("watch").get(0).path("offset").asText());
    }
  }

  /** The node answers the offset with a report of lost changes. */
  @Test
  void topicWithoutAValue_isResumedFromNothing() throws Exception {
    try (ScriptedNode node = new ScriptedNode("second", "third");
        Realtime live = Realtime.observer(of(node.url()))) {
      live.watch("events/*", update -> {});
      live.watch("first", update -> {});
      node.start();
      await().atMost(PATIENCE).until(() -> node.frames("hello").size() == 2);
      List<String> offsets = new ArrayList<>();
      for (JsonNode hello : node.frames("hello")) {
        offsets.add(hello.path("resume").path("offsets").toString());
      }
      assertEquals(
          List.of("{\"events/*\":null,\"first\":null}", "{\"events/*\":\"none\",\"first\":\"7\"}"),
          offsets);
    }
  }

  @Test
  void watchWithoutAnAnswer_isSentAgain() throws Exception {
    try (ScriptedNode node = new ScriptedNode("first");
        Realtime live =
            Realtime.observer(
                AetherkeepClient.of(
                    new ClientOptions(node.url(), "aethercast")
                        .withDeadline(Duration.ofSeconds(2))))) {
      node.start();
      live.watch("first", update -> {});
      await().atMost(PATIENCE).until(() -> node.watched().equals(List.of("first", "first")));
    }
  }

  @Test
  void refusedWatch_isNotUnwatched() throws Exception {
    try (ScriptedNode node = new ScriptedNode("first");
        Realtime live = Realtime.observer(of(node.url()))) {
      Runnable refused = live.watch("first", update -> {});
      live.watch(
          "second",
          update -> {
            refused.run();
            live.watch("first", again -> {});
          });
      node.start();
      await().atMost(PATIENCE).until(() -> node.watched().contains("first"));
      assertEquals(List.of(), node.frames("unwatch"));
    }
  }

  @Test
  void close_leavesNoThread_alsoWhileItWaitsToReconnect() throws Exception {
    Set<Thread> others = threads();
    try (ScriptedNode node = new ScriptedNode("first", "second")) {
      node.restartAfter(Duration.ofMinutes(15));
      try (Realtime live = Realtime.observer(of(node.url()))) {
        CompletableFuture<JsonNode> lost = live.pause(0);
        node.start();
        assertThrows(ExecutionException.class, lost::get);
      }
      await()
          .atMost(PATIENCE)
          .until(() -> threads().stream().filter(it -> !others.contains(it)).toList().isEmpty());
    }
  }

  @Test
  void refusedTicket_isAskedForAgainAfterRetryAfter() throws Exception {
    try (ScriptedNode node = new ScriptedNode("first")) {
      node.refuseATicket(3);
      node.start();
      // The call itself does not wait as long, because its deadline is earlier.
      AetherkeepClient client =
          AetherkeepClient.of(
              new ClientOptions(node.url(), "aethercast").withDeadline(Duration.ofSeconds(2)));
      try (Realtime unused = Realtime.observer(client)) {
        await().atMost(PATIENCE).until(() -> node.tickets().size() == 2);
      }
      long waited = node.tickets().get(1) - node.tickets().get(0);
      assertTrue(waited >= Duration.ofSeconds(3).toNanos(), () -> waited + " ns");
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("aetherkeep-realtime"))
        .collect(Collectors.toSet());
  }

  @Test
  void refusedHello_closesForGood_alsoIfTheNodeDoesNotClose() throws Exception {
    try (ScriptedNode node = new ScriptedNode();
        Realtime live = Realtime.observer(of(node.url()))) {
      CompletableFuture<JsonNode> pause = live.pause(0);
      node.refuse("invalid-body");
      node.start();
      CloseReason why = live.closed().get(60, TimeUnit.SECONDS);
      assertEquals(new CloseReason(4505, "invalid-body"), why);
      ExecutionException thrown = assertThrows(ExecutionException.class, pause::get);
      assertEquals(
          ProblemCode.INVALID_BODY,
          ((ProblemException) thrown.getCause()).code(),
          thrown::toString);
    }
  }
}
