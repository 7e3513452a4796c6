package io.aetherkeep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.NullNode;
import io.aetherkeep.client.PlaybackClient.Report;
import io.aetherkeep.client.ScriptedServer.Answer;
import io.aetherkeep.client.SessionClient.Message;
import io.aetherkeep.client.SessionClient.Opening;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClientRetriesTest {

  private static final Answer AWAY = Answer.problem(503, "redis-unavailable", true);
  private static final Answer BUSY = Answer.problem(429, "overloaded", true);
  private static final Answer CONFIG = new Answer(200, "0", "{\"a\": 1}");
  private static final Answer APPENDED =
      new Answer(
          201,
          "0",
          "{\"id\": \"s\", \"tokens\": 1, \"contextWindowUsed\": 1, \"repeated\": false}");

  @Test
  void reads_areRepeatedUntilTheyAreAnswered() throws Exception {
    try (ScriptedServer server = new ScriptedServer(AWAY, BUSY, CONFIG)) {
      assertEquals(1, server.client().configs().find("c").orElseThrow().value().path("a").asInt());
      assertEquals(3, server.requests().size());
    }
  }

  @Test
  void attempts_areBounded() throws Exception {
    try (ScriptedServer server = new ScriptedServer(AWAY, AWAY, AWAY, AWAY, CONFIG)) {
      ProblemException thrown =
          assertThrows(ProblemException.class, () -> server.client().configs().find("c"));
      assertEquals(ProblemCode.REDIS_UNAVAILABLE, thrown.code());
      assertEquals(4, server.requests().size());
    }
  }

  @Test
  void aDateAsRetryAfter_isKept() throws Exception {
    Answer busy = new Answer(503, "Wed, 21 Oct 9998 07:28:00 GMT", "<html>");
    try (ScriptedServer server = new ScriptedServer(busy)) {
      ProblemException thrown =
          assertThrows(ProblemException.class, () -> server.client().configs().find("c"));
      assertTrue(Objects.requireNonNull(thrown.retryAfter()).toDays() > 365);
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void whatMayHaveBeenCarriedOut_isNotRepeated() throws Exception {
    try (ScriptedServer server = new ScriptedServer(AWAY)) {
      SessionClient sessions = server.client().sessions();
      assertThrows(ProblemException.class, () -> sessions.open(Opening.of("u1")));
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void reportsWithoutANumber_andRemovalsOfConfigurations_areNotRepeated() throws Exception {
    Report report = Report.of("p1", "playing", 0);
    Report numbered = new Report("p1", "playing", 0L, null, 7L);
    try (ScriptedServer server = new ScriptedServer(AWAY, AWAY, AWAY, new Answer(200, "0", "{}"))) {
      PlaybackClient playback = server.client().playback();
      assertThrows(ProblemException.class, () -> playback.report("s", report));
      ConfigClient configs = server.client().configs();
      assertThrows(ProblemException.class, () -> configs.remove("c"));
      assertEquals(2, server.requests().size());
      playback.report("s", numbered);
      assertEquals(4, server.requests().size());
    }
  }

  @Test
  void idsThatAreUnavailable_areRequestedAgain() throws Exception {
    Answer some =
        new Answer(200, "0", "{\"found\": {\"a\": 1}, \"missing\": [], \"unavailable\": [\"b\"]}");
    Answer then = new Answer(200, "0", "{\"found\": {\"b\": 2}, \"missing\": []}");
    Answer failed = Answer.problem(503, "origin-unavailable", false);
    try (ScriptedServer server = new ScriptedServer(some, then, some, failed)) {
      CacheClient caches = server.client().caches();
      assertEquals(Set.of("a", "b"), caches.findAll("topic", List.of("a", "b")).keySet());
      assertThrows(ProblemException.class, () -> caches.findAll("topic", List.of("a", "b")));
    }
  }

  @Test
  void removalOfAWebhook_isRepeated_andWhetherItExistsDoesNotMatter() throws Exception {
    Answer gone = Answer.problem(404, "webhook-unknown", false);
    try (ScriptedServer server = new ScriptedServer(AWAY, gone)) {
      server.client().webhooks().remove("w");
      assertEquals(2, server.requests().size());
    }
  }

  @Test
  void whatWasRefusedByLoad_isRepeated() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(BUSY, Answer.problem(409, "logged-out", true))) {
      SessionClient sessions = server.client().sessions();
      ProblemException thrown =
          assertThrows(ProblemException.class, () -> sessions.open(Opening.of("u1")));
      assertEquals(ProblemCode.LOGGED_OUT, thrown.code());
      assertEquals(2, server.requests().size());
    }
  }

  @Test
  void appendsUnderAKey_areRepeated() throws Exception {
    try (ScriptedServer server = new ScriptedServer(AWAY, APPENDED)) {
      assertFalse(server.client().sessions().append("s", Message.of("user", "?")).repeated());
      assertEquals(2, server.requests().size());
    }
  }

  @Test
  void deadline_endsACallThatIsNotAnswered() throws Exception {
    try (ScriptedServer server = new ScriptedServer(new Answer(0, "", ""))) {
      ConfigClient configs = server.client().within(Duration.ofMillis(300)).configs();
      ConnectionException thrown = assertThrows(ConnectionException.class, () -> configs.find("c"));
      assertFalse(thrown.neverSent());
    }
  }

  @Test
  void retryAfterBeyondTheDeadline_isNotWaitedFor() throws Exception {
    Answer later = new Answer(503, "3600", AWAY.body());
    try (ScriptedServer server = new ScriptedServer(later)) {
      ProblemException thrown =
          assertThrows(ProblemException.class, () -> server.client().configs().find("c"));
      assertEquals(Duration.ofHours(1), thrown.retryAfter());
    }
  }

  @Test
  void noConnection_saysThatNothingWasSent() {
    ClientOptions nobody =
        new ClientOptions(URI.create("http://127.0.0.1:1"), "council")
            .withRetries(ClientRetries.NONE);
    ConnectionException thrown =
        assertThrows(
            ConnectionException.class, () -> AetherkeepClient.of(nobody).configs().find("c"));
    assertTrue(thrown.neverSent());
  }

  @Test
  void wait_isWhatTheNodeAsksFor_andABackoff() {
    ProblemException busy = ProblemException.of(429, NullNode.instance, Duration.ofSeconds(2));
    for (int attempt = 1; attempt < 4; attempt++) {
      long least = 2000 + 50L * (1 << (attempt - 1));
      Optional<Duration> wait = ClientRetries.DEFAULT.next(busy, false, attempt);
      assertTrue(wait.orElseThrow().toMillis() >= least, wait::toString);
      assertTrue(wait.orElseThrow().toMillis() <= 2000 + 3 * (least - 2000), wait::toString);
    }
    assertEquals(Optional.empty(), ClientRetries.DEFAULT.next(busy, false, 4));
  }
}
