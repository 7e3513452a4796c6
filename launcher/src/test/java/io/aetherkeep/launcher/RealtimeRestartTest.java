package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets with topics while Redis restarts. */
class RealtimeRestartTest {

  private static final String API = "/api/v1/aethercast";
  private static final String TOPIC = "status/crawl/c1";

  private static RunningNode node(EmbeddedRedis redis) {
    return RunningNode.start(
        Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_HTTP_WATCH_EVERY", "100ms"));
  }

  private static void awaitPut(RunningNode node, int n, int status) {
    String json = "{\"status\":\"running\",\"n\":" + n + "}";
    Awaitility.await().until(() -> node.put(API + "/" + TOPIC, json).statusCode() == status);
  }

  private static void awaitSession(RunningNode node, String id) {
    String json = "{\"id\":\"" + id + "\"}";
    Awaitility.await().until(() -> node.post(API + "/sessions", json).statusCode() == 201);
  }

  private static void watch(LiveSocket socket, String... topics) throws Exception {
    for (String topic : topics) {
      JsonObject answer = socket.ask("watch", "topic", topic);
      assertEquals(topic, answer.getJsonObject("ok").getString("topic"), answer::encode);
    }
  }

  @Test
  void aSocketThatWatches_staysOpenAndMissesNothing(@TempDir Path data) throws Exception {
    EmbeddedRedis.Options options = EmbeddedRedis.options().withDataDirectory(data);
    EmbeddedRedis redis = EmbeddedRedis.start(options);
    try (RunningNode node = node(redis)) {
      awaitSession(node, "session-of-two-devices");
      awaitPut(node, 1, 204);
      try (LiveSocket phone = LiveSocket.of(node.url(), "session-of-two-devices");
          LiveSocket tv = LiveSocket.of(node.url(), "session-of-two-devices")) {
        watch(tv, "playback", "listeners/p0", "listeners/p1", TOPIC);
        tv.nextWith(TOPIC, "n", 1);
        for (int round = 0; round < 2; round++) {
          int port = redis.port();
          redis.close();
          awaitPut(node, 2 + round, 503);
          redis = EmbeddedRedis.start(options.withPort(port));
          awaitPut(node, 2 + round, 204);
          assertNull(tv.nextWith(TOPIC, "n", 2 + round).getBoolean("recovered"));
          String podcast = "p" + round;
          int seq = 1 + round;
          Awaitility.await()
              .until(() -> phone.ask("play", "podcast", podcast, "seq", seq).containsKey("ok"));
          tv.nextWith("playback", "podcastId", podcast);
          tv.nextWith("listeners/" + podcast, "listeners", 1);
        }
        assertEquals("pong", tv.ask("ping").getString("ok"));
      }
    } finally {
      redis.close();
    }
  }

  @Test
  void changesLostInARestart_areReportedToWatchersAndReconnectingClients() throws Exception {
    EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
    try (RunningNode node = node(redis)) {
      awaitSession(node, "session-that-is-lost");
      awaitPut(node, 1, 204);
      try (LiveSocket socket = LiveSocket.of(node.url(), "session-that-is-lost")) {
        watch(socket, TOPIC);
        String offset = socket.nextWith(TOPIC, "n", 1).getString("offset");
        int port = redis.port();
        redis.close();
        redis = EmbeddedRedis.start(EmbeddedRedis.options().withPort(port));
        JsonObject gone = socket.next();
        assertEquals("gone", gone.getString("event"), gone::encode);
        assertEquals("status-unknown", gone.getJsonObject("error").getString("code"));
        awaitSession(node, "session-that-is-lost");
        awaitPut(node, 2, 204);
        assertResumes(node, offset);
        watch(socket, TOPIC);
        socket.nextWith(TOPIC, "n", 2);
      }
    } finally {
      redis.close();
    }
  }

  private static void assertResumes(RunningNode node, String offset) throws Exception {
    try (LiveSocket again = LiveSocket.open(node.url())) {
      JsonObject resume =
          new JsonObject().put("epoch", "1").put("offsets", new JsonObject().put(TOPIC, offset));
      JsonObject ok =
          again
              .ask("hello", "session", "session-that-is-lost", "resume", resume)
              .getJsonObject("ok");
      assertFalse(ok.getJsonObject("recovered").getBoolean(TOPIC), ok::encode);
      assertEquals(List.of(), List.copyOf(ok.getJsonObject("failed").fieldNames()));
      again.nextWith(TOPIC, "n", 2);
    }
  }
}
