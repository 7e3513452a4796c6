package io.aetherkeep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.client.ScriptedServer.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FollowTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static Answer part(int status, String bytes, Map<String, String> headers) {
    return new Answer(status, "0", bytes, StandardCharsets.ISO_8859_1, headers);
  }

  @Test
  void aCharacter_isWhole_alsoIfALongPollWithoutDataSplitsIt() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(
            part(200, "\u00c3", Map.of("Stream-Up-To-Date", "true")),
            part(204, "", Map.of("Stream-Up-To-Date", "true")),
            part(200, "\u00a9", Map.of("Stream-Closed", "true")))) {
      List<String> texts = new ArrayList<>();
      server.client().streams().follow("chat/1", null, part -> texts.add(part.text()));
      assertEquals(List.of("\u00e9"), texts);
    }
  }

  @Test
  void aFollower_outlastsAnOutageThatIsLongerThanItsRetries() throws Exception {
    Answer away = Answer.problem(503, "redis-unavailable", true);
    try (ScriptedServer server =
        new ScriptedServer(
            part(200, "a", Map.of("Stream-Up-To-Date", "true")),
            away,
            away,
            away,
            away,
            away,
            part(200, "b", Map.of("Stream-Closed", "true")))) {
      List<String> texts = new ArrayList<>();
      server.client().streams().follow("chat/1", null, part -> texts.add(part.text()));
      assertEquals(List.of("a", "b"), texts);
    }
  }

  private static Answer[] statuses(Answer... others) {
    Answer queued =
        new Answer(
            200, "1", "{\"status\": \"queued\"}", StandardCharsets.UTF_8, Map.of("ETag", "\"v1\""));
    return Stream.concat(Stream.of(queued), Stream.of(others)).toArray(Answer[]::new);
  }

  @Test
  void awaitedStatus_outlastsAnOutageThatIsLongerThanItsRetries() throws Exception {
    Answer proxy = new Answer(502, "0", "");
    Answer completed = new Answer(200, "0", "{\"status\": \"completed\"}");
    try (ScriptedServer server =
        new ScriptedServer(statuses(proxy, proxy, proxy, proxy, proxy, completed))) {
      Optional<StatusClient.Status> last =
          server.client().statuses().await("crawl", "c1", Set.of("completed"), PATIENCE);
      assertEquals("completed", last.orElseThrow().word());
    }
  }

  @Test
  void awaitedStatus_failsIfTheOutageDoesNotEndInTime() throws Exception {
    Answer away = Answer.problem(503, "redis-unavailable", true);
    try (ScriptedServer server = new ScriptedServer(away, away, away, away)) {
      StatusClient statuses = server.client().statuses();
      assertEquals(
          ProblemCode.REDIS_UNAVAILABLE,
          assertThrows(
                  ProblemException.class,
                  () -> statuses.await("crawl", "c1", Set.of("completed"), Duration.ZERO))
              .code());
    }
  }

  @Test
  void aFollower_endsWithItsStream() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(
            part(200, "a", Map.of("Stream-Up-To-Date", "true")),
            Answer.problem(404, "stream-unknown", false))) {
      StreamClient streams = server.client().streams();
      assertEquals(
          ProblemCode.STREAM_UNKNOWN,
          assertThrows(ProblemException.class, () -> streams.follow("chat/1", null, part -> {}))
              .code());
    }
  }
}
