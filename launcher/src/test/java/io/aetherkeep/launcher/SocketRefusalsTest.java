package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refused operations of a socket: each is answered under its id and leaves no watch behind. */
class SocketRefusalsTest {

  private static final String CAST = "/api/v1/aethercast";

  /** Topics of every kind that needs Redis. */
  private static final List<String> TOPICS =
      List.of(
          "status/crawl/c1",
          "status/crawl/*",
          "listeners/p1",
          "config/mine",
          "provider/openai",
          "providers",
          "session",
          "playback",
          "stream/chat",
          "sessions/u1",
          "presence/p1",
          "cache/topic/t1",
          "cache/snippet-page/t1/2");

  /** Operations, and the code of their refusal. */
  private static final List<String> REFUSED =
      List.of(
          "watch status/crawl/a\u00a0b invalid-id",
          "watch status/nothing/x keyspace-unknown",
          "watch status/nothing/* keyspace-unknown",
          "watch listeners/a\u00a0b invalid-id",
          "watch config/a\u00a0b invalid-id",
          "watch provider/a\u00a0b invalid-id",
          "watch sessions/a\u00a0b invalid-id",
          "watch presence/a\u00a0b invalid-id",
          "watch cache/topic/a\u00a0b invalid-id",
          "watch cache/topic invalid-id",
          "watch cache/topics/x invalid-id",
          "watch cache/snippet-page/t1 invalid-id",
          "watch cache/nothing/x keyspace-unknown",
          "watch stream/a\u00a0b invalid-id",
          "watch events/nothing topic-unknown",
          "watch nothing/x topic-unknown",
          "unwatch session topic-unknown",
          "stop session topic-unknown",
          "stop stream/nothing stream-unknown",
          "hello session wrong-order",
          "dance session op-unknown");

  private static RunningNode node(EmbeddedRedis redis) {
    return RunningNode.start(
        Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_HTTP_WATCH_EVERY", "1h"));
  }

  private static String session(RunningNode node) throws Exception {
    return new JsonObject(node.post(CAST + "/sessions", "{}").body()).getString("id");
  }

  private static String refusal(JsonObject answer) {
    return answer.containsKey("error") ? answer.getJsonObject("error").getString("code") : "none";
  }

  /** The topics of the only socket. */
  private static JsonArray topics(RunningNode node) throws Exception {
    JsonArray sockets = new JsonObject(node.get(CAST + "/sockets").body()).getJsonArray("items");
    assertEquals(1, sockets.size(), sockets::encode);
    return sockets.getJsonObject(0).getJsonArray("topics");
  }

  @Test
  void invalidOperations_areAnswered_andWatchNothing() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        RunningNode node = node(redis);
        LiveSocket socket = LiveSocket.of(node.url(), session(node))) {
      for (int i = 0; i < REFUSED.size(); i++) {
        String[] words = REFUSED.get(i).split(" ", -1);
        String op = words[0] + " " + words[1];
        JsonObject answer = socket.ask(words[0], "topic", words[1]);
        assertEquals(i + 2, answer.getInteger("re"), op);
        assertEquals(words[2], refusal(answer), op);
      }
      assertEquals(new JsonArray(), topics(node));
      assertTrue(socket.ask("watch", "topic", "session").containsKey("ok"));
      assertEquals("wrong-order", refusal(socket.ask("watch", "topic", "session")));
      assertTrue(socket.ask("unwatch", "topic", "session").containsKey("ok"));
      assertEquals(new JsonArray(), topics(node));
    }
  }

  @Test
  void operationsDuringAnOutage_areAnswered_andMayBeRepeated(@TempDir Path data) throws Exception {
    EmbeddedRedis.Options options = EmbeddedRedis.options().withDataDirectory(data);
    EmbeddedRedis redis = EmbeddedRedis.start(options);
    try (RunningNode node = node(redis);
        LiveSocket socket = LiveSocket.of(node.url(), session(node))) {
      int port = redis.port();
      redis.close();
      JsonArray watched = new JsonArray();
      int asked = 1;
      for (String topic : TOPICS) {
        JsonObject answer = socket.ask("watch", "topic", topic);
        assertEquals(++asked, answer.getInteger("re"), topic);
        if (answer.containsKey("ok")) {
          watched.add(topic);
        } else {
          assertTrue(answer.getJsonObject("error").getBoolean("retry"), answer::encode);
        }
      }
      for (String op : List.of("play", "stop")) {
        JsonObject answer = socket.ask(op, "podcast", "p1", "positionMs", 0);
        assertEquals(++asked, answer.getInteger("re"), op);
        assertEquals("redis-unavailable", refusal(answer));
      }
      JsonObject stopped = socket.ask("stop", "topic", "stream/chat");
      assertEquals(++asked, stopped.getInteger("re"));
      assertEquals("redis-unavailable", refusal(stopped));
      assertEquals(watched, topics(node));
      redis = EmbeddedRedis.start(options.withPort(port));
      Awaitility.await().until(() -> node.get("/health/ready").statusCode() == 200);
      for (String topic : TOPICS) {
        if (!watched.contains(topic) && !topic.equals("session") && !topic.equals("playback")) {
          Awaitility.await().until(() -> socket.ask("watch", "topic", topic).containsKey("ok"));
          // The statuses of a kind have no first value.
          if (!topic.equals("status/crawl/*")) {
            assertEquals(topic, socket.next(topic).getString("topic"));
          }
        }
      }
    } finally {
      redis.close();
    }
  }
}
