package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A node that is killed while it has listeners: their leases expire, or they continue on another
 * node.
 */
@ExtendWith(RedisExtension.class)
class KilledNodeTest {

  private static final String API = "/api/v1/aethercast";

  @Test
  void listenersOfAKilledNode_leaveWithTheirLeases_orContinue(RedisServer server) throws Exception {
    try (KilledNode killed = KilledNode.start(server);
        RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", server.url()));
        ForeignClient redis = server.foreign(0)) {
      String dying = killed.url();
      String stays = session(node);
      String lost = session(node);
      LiveSocket first = LiveSocket.of(dying, stays);
      assertPlays(first, "podcast", "p1", "positionMs", 5000, "seq", 1);
      assertPlays(LiveSocket.of(dying, lost), "podcast", "p1", "seq", 1);
      assertEquals(2, listeners(node));
      killed.kill();
      first.closed();
      try (LiveSocket again = LiveSocket.of(node.url(), stays)) {
        again.ask("watch", "topic", "playback");
        JsonObject playback = again.nextWith("playback", "podcastId", "p1").getJsonObject("data");
        assertEquals("playing", playback.getString("state"));
        // The lease expires by itself, within its minute.
        long until = lease(redis, lost);
        assertTrue(until <= System.currentTimeMillis() + 60_000, () -> "until " + until);
        redis.send("ZADD", "listeners:p1", "" + (System.currentTimeMillis() - 1), lost);
        assertEquals(1, listeners(node));
      }
    }
  }

  private static void assertPlays(LiveSocket socket, Object... fields) throws Exception {
    JsonObject answer = socket.ask("play", fields);
    assertTrue(answer.containsKey("ok"), answer::encode);
  }

  private static long lease(ForeignClient redis, String session) {
    return (long) Double.parseDouble(redis.text("ZSCORE", "listeners:p1", session));
  }

  private static String session(RunningNode node) throws Exception {
    return new JsonObject(node.post(API + "/sessions", "{}").body()).getString("id");
  }

  private static long listeners(RunningNode node) throws Exception {
    String body = node.get(API + "/podcasts/p1/listeners").body();
    return new JsonObject(body).getLong("listeners");
  }
}
