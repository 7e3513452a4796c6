package io.aetherkeep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.client.SessionClient.Opening;
import io.aetherkeep.junit5.AetherkeepExtension;
import io.aetherkeep.junit5.AetherkeepNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(AetherkeepExtension.class)
class JavaStreamsTest {

  private static AetherkeepClient council(AetherkeepNode node) {
    return AetherkeepClient.of(
        new ClientOptions(node.url(), "council").withDeadline(Duration.ofSeconds(60)));
  }

  private static CompletableFuture<String> followed(
      StreamClient streams, String path, List<StreamPart> parts) {
    return CompletableFuture.supplyAsync(
        () -> {
          StringBuilder text = new StringBuilder();
          streams.follow(
              path,
              null,
              part -> {
                parts.add(part);
                text.append(part.text());
              });
          return text.toString();
        });
  }

  @Test
  void aText_isFollowedToItsEnd_letterByLetter(AetherkeepNode node) throws Exception {
    AetherkeepClient client = council(node);
    String session = client.sessions().open(Opening.of("u1")).id();
    StreamClient streams = client.streams();
    StreamOptions options =
        StreamOptions.ofText().withTtl(Duration.ofMinutes(5)).intoHistoryOf(session);
    StreamProducer producer = streams.create("chat/42", options);
    List<StreamPart> parts = new ArrayList<>();
    CompletableFuture<String> read = followed(streams, "chat/42", parts);
    producer.append("It is ");
    byte[] star = "\uD83C\uDF1F dense".getBytes(StandardCharsets.UTF_8);
    for (byte one : star) {
      producer.append(new byte[] {one});
    }
    String last = producer.close(".");
    assertEquals("It is \uD83C\uDF1F dense.", read.get(60, TimeUnit.SECONDS));
    StreamPart end = parts.get(parts.size() - 1);
    assertTrue(end.isClosed());
    assertEquals(last, end.offset());
    assertFalse(end.isStopped() || end.isAbandoned());
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> client.sessions().history(session, null).items().size() == 1);
    assertEquals(
        ProblemCode.STREAM_CLOSED,
        assertThrows(ProblemException.class, () -> producer.append("x")).code());
  }

  @Test
  void messages_areReadFromAnOffset_andForked(AetherkeepNode node) {
    StreamClient streams = council(node).streams();
    StreamProducer producer = streams.create("events", StreamOptions.ofJson());
    String first = producer.append(Map.of("n", 1));
    producer.append(List.of(Map.of("n", 2), Map.of("n", 3)));
    assertEquals(3, streams.read("events", null).messages().size());
    StreamPart rest = streams.read("events", first);
    assertEquals(2, rest.messages().get(0).path("n").asInt());
    assertTrue(rest.isUpToDate());
    StreamProducer fork =
        streams.create("events-2", StreamOptions.ofJson().forking("events", first));
    fork.append(Map.of("n", 9));
    assertEquals(9, streams.read("events-2", null).messages().get(1).path("n").asInt());
    streams.remove("events-2");
    streams.remove("events-2");
    assertEquals(
        ProblemCode.STREAM_UNKNOWN,
        assertThrows(ProblemException.class, () -> streams.read("events-2", null)).code());
  }

  @Test
  void aProducer_learnsThatItIsStopped(AetherkeepNode node) throws Exception {
    StreamClient streams = council(node).streams();
    StreamProducer producer = streams.create("long", StreamOptions.ofText());
    producer.append("a");
    CompletableFuture<Optional<String>> stopped =
        CompletableFuture.supplyAsync(() -> streams.awaitStop("long"));
    streams.stop("long", "enough");
    assertEquals(Optional.of("enough"), stopped.get(60, TimeUnit.SECONDS));
    assertEquals(
        ProblemCode.STREAM_STOPPED,
        assertThrows(ProblemException.class, () -> producer.append("b")).code());
  }

  @Test
  void aNewerEpoch_takesOver(AetherkeepNode node) {
    StreamClient streams = council(node).streams();
    streams.create("epochs", StreamOptions.ofText());
    StreamProducer old = streams.producer("epochs", "text/plain; charset=utf-8", "p1", 0);
    old.append("a");
    streams.producer("epochs", "text/plain; charset=utf-8", "p1", 5).append("b");
    assertEquals(
        ProblemCode.PRODUCER_FENCED,
        assertThrows(ProblemException.class, () -> old.append("c")).code());
    assertEquals("ab", streams.read("epochs", null).text());
  }

  @Test
  void aFencedProducer_staysFenced(AetherkeepNode node) {
    StreamClient streams = council(node).streams();
    streams.create("fenced", StreamOptions.ofText());
    StreamProducer old = streams.producer("fenced", "text/plain; charset=utf-8", "p1", 0);
    StreamProducer next = streams.producer("fenced", "text/plain; charset=utf-8", "p1", 1);
    old.append("a");
    next.append("b");
    for (String late : List.of("c", "d")) {
      assertEquals(
          ProblemCode.PRODUCER_FENCED,
          assertThrows(ProblemException.class, () -> old.append(late)).code());
    }
    next.append("e");
    assertEquals("abe", streams.read("fenced", null).text());
  }
}
