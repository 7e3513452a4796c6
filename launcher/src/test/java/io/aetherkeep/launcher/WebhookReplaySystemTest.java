package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A replay over HTTP reaches all dead letters, a page at a time, on any node. */
@ExtendWith(RedisExtension.class)
class WebhookReplaySystemTest {

  private static final String WEBHOOKS = "/api/v1/aethercast/webhooks";

  private static RunningNode node(RedisServer server) {
    return RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", server.url()));
  }

  private static String create(RunningNode node) throws Exception {
    String webhook = "{\"url\": \"https://example.com/hook\", \"events\": [\"session-expired\"]}";
    String id = new JsonObject(node.post(WEBHOOKS, webhook).body()).getString("id");
    // Its replayed events stay in the outbox.
    assertEquals(200, node.patch(WEBHOOKS + "/" + id, "{\"enabled\": false}").statusCode());
    return id;
  }

  @Test
  void aReplay_isContinuedByItsCursorOnAnotherNode(RedisServer server) throws Exception {
    try (RunningNode one = node(server);
        RunningNode other = node(server);
        ForeignClient redis = server.foreign(0)) {
      String id = create(one);
      String letters = "webhook:{WEBHOOKS}:dead:" + id;
      for (int i = 0; i < 1001; i++) {
        redis.send("XADD", letters, "*", "type", "session-expired", "id", "s" + i);
      }
      String replay = WEBHOOKS + "/" + id + "/replay";
      JsonObject first = new JsonObject(one.post(replay, "{}").body());
      assertEquals(1000, first.getInteger("events"));
      assertTrue(first.getBoolean("more"));
      String next = new JsonObject().put("cursor", first.getString("next")).encode();
      assertEquals(
          new JsonObject("{\"events\": 1, \"more\": false, \"next\": null}"),
          new JsonObject(other.post(replay, next).body()));
      JsonObject webhook = new JsonObject(one.get(WEBHOOKS + "/" + id).body());
      assertEquals(1001, webhook.getInteger("backlog"));
      assertEquals(0, webhook.getInteger("deadLetters"));
    }
  }

  @Test
  void aCursorOfNoReplay_isRefused(RedisServer server) throws Exception {
    try (RunningNode node = node(server)) {
      String replay = WEBHOOKS + "/" + create(node) + "/replay";
      HttpResponse<String> refused = node.post(replay, "{\"cursor\": \"1-0\"}");
      assertEquals(400, refused.statusCode());
      JsonObject problem = new JsonObject(refused.body());
      assertEquals("invalid-body", problem.getString("code"));
      assertEquals("'cursor' must be the 'next' of the previous page", problem.getString("detail"));
    }
  }
}
