package io.aetherkeep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.client.ScriptedServer.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FollowTest {

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
