package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A node that is killed with listeners: their leases end by themselves, or they go on elsewhere.
 */
@ExtendWith(RedisExtension.class)
class KilledNodeTest {

  private static final String API = "/api/v1/aethercast";

  private static Process node(RedisServer redis) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    builder.environment().put("AETHERKEEP_HTTP_PORT", "0");
    builder.environment().put("AETHERKEEP_REDIS_URL", redis.url());
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static String url(BufferedReader out) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("aetherkeep ready on ")) {
        return line.substring("aetherkeep ready on ".length());
      }
    }
    throw new IOException("It ended before it was ready");
  }

  @Test
  void listenersOfAKilledNode_areGoneWithTheirLeasesOrGoOn(RedisServer server) throws Exception {
    Process killed = node(server);
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", server.url()));
        ForeignClient redis = server.foreign(0);
        BufferedReader out = killed.inputReader(StandardCharsets.UTF_8)) {
      String dying = url(out);
      String stays = session(node);
      String lost = session(node);
      LiveSocket first = LiveSocket.of(dying, stays);
      first.ask("play", "podcast", "p1", "positionMs", 5000, "seq", 1);
      LiveSocket.of(dying, lost).ask("play", "podcast", "p1", "seq", 1);
      assertEquals(2, listeners(node));
      killed.destroyForcibly().waitFor();
      first.closed();
      try (LiveSocket again = LiveSocket.of(node.url(), stays)) {
        again.ask("watch", "topic", "playback");
        JsonObject playback = again.nextWith("podcastId", "p1").getJsonObject("data");
        assertEquals("playing", playback.getString("state"));
        // What it listens by ends by itself, within the minute of a lease.
        long until = lease(redis, lost);
        assertTrue(until <= System.currentTimeMillis() + 60_000, () -> "until " + until);
        redis.send("ZADD", "listeners:p1", "" + (System.currentTimeMillis() - 1), lost);
        assertEquals(1, listeners(node));
      }
    } finally {
      killed.destroyForcibly();
    }
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
