package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams with followers while Redis restarts. */
class StreamOutageTest {

  private static final String PATH = "/api/v1/aethercast/streams/chat";

  private static RunningNode node(EmbeddedRedis redis) {
    return RunningNode.start(
        Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_HTTP_WATCH_EVERY", "100ms"));
  }

  /** Appends with a sequence number, so that a repetition after a lost answer has no effect. */
  private static void awaitAppend(RunningNode node, int n, int status) {
    Awaitility.await()
        .until(
            () ->
                node.post(
                                PATH,
                                "{\"n\":" + n + "}",
                                "Producer-Id",
                                "p",
                                "Producer-Epoch",
                                "0",
                                "Producer-Seq",
                                Integer.toString(n))
                            .statusCode()
                        / 100
                    == status);
  }

  private static String nextData(EventStream events) throws InterruptedException {
    for (EventStream.Event event = events.next(); ; event = events.next()) {
      if (!event.name().equals("control")) {
        return event.data();
      }
    }
  }

  @Test
  void followers_areKept_andMissNothing(@TempDir Path data) throws Exception {
    EmbeddedRedis.Options options = EmbeddedRedis.options().withDataDirectory(data);
    EmbeddedRedis redis = EmbeddedRedis.start(options);
    try (RunningNode node = node(redis)) {
      assertEquals(201, node.put(PATH, "[]").statusCode());
      String session =
          new JsonObject(node.post("/api/v1/aethercast/sessions", "{}").body()).getString("id");
      awaitAppend(node, 0, 2);
      try (EventStream events = EventStream.open(node.url() + PATH + "?offset=-1&live=sse");
          LiveSocket socket = LiveSocket.of(node.url(), session)) {
        assertTrue(socket.ask("watch", "topic", "stream/chat").containsKey("ok"));
        assertEquals("[{\"n\":0}]", nextData(events));
        assertEquals("[{\"n\":0}]", messages(socket));
        for (int round = 1; round <= 3; round++) {
          int port = redis.port();
          redis.close();
          awaitAppend(node, round, 5);
          redis = EmbeddedRedis.start(options.withPort(port));
          awaitAppend(node, round, 2);
          assertEquals("[{\"n\":" + round + "}]", nextData(events));
          assertEquals("[{\"n\":" + round + "}]", messages(socket));
        }
      }
    } finally {
      redis.close();
    }
  }

  private static String messages(LiveSocket socket) throws Exception {
    return socket.next().getJsonObject("data").getJsonArray("messages").encode();
  }

  @Test
  void valuesLostInARestart_areReportedAsGone() throws Exception {
    EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
    try (RunningNode node = node(redis)) {
      assertEquals(201, node.put(PATH, "[{\"n\":1}]").statusCode());
      String session =
          new JsonObject(node.post("/api/v1/aethercast/sessions", "{}").body()).getString("id");
      try (EventStream events = EventStream.open(node.url() + PATH + "?offset=-1&live=sse");
          LiveSocket socket = LiveSocket.of(node.url(), session)) {
        socket.ask("watch", "topic", "stream/chat");
        assertEquals("[{\"n\":1}]", nextData(events));
        assertEquals("[{\"n\":1}]", messages(socket));
        int port = redis.port();
        redis.close();
        redis = EmbeddedRedis.start(EmbeddedRedis.options().withPort(port));
        Awaitility.await().until(() -> events.next().name().equals("end"));
        assertNull(socket.next().getValue("data"));
        Awaitility.await().until(() -> node.put(PATH, "[{\"n\":2}]").statusCode() == 201);
        assertEquals("[{\"n\":2}]", messages(socket));
      }
    } finally {
      redis.close();
    }
  }
}
