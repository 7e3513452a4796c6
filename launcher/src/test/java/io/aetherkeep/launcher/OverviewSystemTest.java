package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console's requests: nodes, the last hour, and a socket without a session. */
@ExtendWith(RedisExtension.class)
class OverviewSystemTest {

  private static final String API = "/api/v1/aethercast";

  private static RunningNode node(RedisServer redis) {
    return RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
  }

  private static void await(RunningNode node, String path, Predicate<JsonObject> holds) {
    Awaitility.await(path)
        .atMost(90, TimeUnit.SECONDS)
        .until(() -> holds.test(new JsonObject(node.get(path).body())));
  }

  @Test
  void nodes_learnOfEachOther(RedisServer redis) throws Exception {
    try (RunningNode one = node(redis);
        RunningNode other = node(redis)) {
      await(one, "/health/nodes", nodes -> nodes.getJsonArray("items").size() == 2);
      await(other, "/health/nodes", nodes -> nodes.getJsonArray("items").size() == 2);
      JsonObject first = new JsonObject(one.get("/health/nodes").body());
      assertEquals(true, first.getJsonArray("items").getJsonObject(0).getBoolean("here"));
      assertEquals(false, first.getJsonArray("items").getJsonObject(1).getBoolean("here"));
    }
  }

  @Test
  void history_holdsWhatWas(RedisServer redis) throws Exception {
    try (RunningNode node = node(redis)) {
      node.post(API + "/sessions", "{\"id\":\"s1\",\"userId\":\"u1\"}");
      node.put(API + "/sessions/s1/playback", "{\"podcastId\":\"p1\",\"state\":\"playing\"}");
      node.post(API + "/providers/openai/outcomes", "{\"success\":true,\"latencyMs\":812}");
      node.put(API + "/status/crawl/c1", "{\"status\":\"running\"}");
      node.put(API + "/status/crawl/c1", "{\"status\":\"failed\",\"error\":\"robots\"}");
      await(node, API + "/stats/history", OverviewSystemTest::isWhole);
      JsonObject past = new JsonObject(node.get(API + "/stats/history").body());
      String last = past.getJsonArray("items").getJsonObject(0).getString("at");
      assertTrue(node.get(API + "/stats/history?after=" + last).body().contains("\"items\":["));
      assertEquals(400, node.get(API + "/stats/history?after=soon").statusCode());
      assertEquals(404, node.get("/api/v1/nowhere/stats/history").statusCode());
    }
  }

  private static boolean isWhole(JsonObject past) {
    return past.encode().contains("\"c1\"")
        && past.getJsonArray("items").stream()
            .map(JsonObject.class::cast)
            .anyMatch(
                sample ->
                    sample.getLong("sessions", 0L) == 1
                        && sample.getJsonObject("podcasts").getLong("p1", 0L) == 1
                        && sample.getJsonObject("providers").containsKey("openai"));
  }

  @Test
  void observer_watchesAndPlaysNothing(RedisServer redis) throws Exception {
    try (RunningNode node = node(redis)) {
      String query = "?ticket=" + ticket(node);
      try (LiveSocket observer = LiveSocket.open(node.url(), query)) {
        assertTrue(observer.ask("hello").containsKey("ok"));
        assertTrue(observer.ask("watch", "topic", "providers").containsKey("ok"));
        node.post(API + "/providers/openai/outcomes", "{\"success\":true,\"latencyMs\":812}");
        while (!observer.next().encode().contains("openai")) {
          // Existing values come first.
        }
        assertEquals("wrong-order", code(observer.ask("play", "podcast", "p1", "seq", 1)));
        assertEquals("topic-unknown", code(observer.ask("watch", "topic", "session")));
        assertEquals(
            0, new JsonObject(node.get(API + "/stats/sessions").body()).getInteger("live"));
      }
      try (LiveSocket again = LiveSocket.open(node.url(), query)) {
        assertEquals("ticket-unknown", code(again.ask("hello")));
      }
    }
  }

  private static String ticket(RunningNode node) throws Exception {
    var answer = node.post(API + "/realtime/ticket", "{}");
    assertEquals(201, answer.statusCode());
    assertEquals("no-store", answer.headers().firstValue("cache-control").orElse(""));
    return new JsonObject(answer.body()).getString("ticket");
  }

  private static String code(JsonObject answer) {
    return answer.getJsonObject("error").getString("code");
  }
}
