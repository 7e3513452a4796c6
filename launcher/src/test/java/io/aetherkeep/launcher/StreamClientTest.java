package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Streams with {@code client.js} in Node: reconnects, slow reading, stopping. */
@ExtendWith(RedisExtension.class)
class StreamClientTest {

  private static final Path DIRECTORY = ToolRun.repository().resolve(".ci/streams");

  @Test
  void streams_areReadOnceAndWhole_andStopped(RedisServer redis, @TempDir Path directory)
      throws Exception {
    ToolRun.assumeNode(20);
    assumeTrue(
        Files.exists(DIRECTORY.resolve("node_modules/ws/package.json")),
        "skipped: npm has not installed ws");
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      Path client = directory.resolve("client.mjs");
      Files.writeString(client, node.get("/client.js").body());
      String api = "/api/v1/aethercast";
      String session = new JsonObject(node.post(api + "/sessions", "{}").body()).getString("id");
      String said =
          ToolRun.run(
              DIRECTORY,
              Map.of(),
              List.of("node", "live.js", node.url() + api, client.toString(), session));
      assertEquals(
          List.of(
              "together: first",
              "gave up first 1",
              "gave up again 1",
              "cut: all",
              "slow: all",
              "stop: true enough",
              "stopped: enough",
              "twice: wrong-order",
              "nothing: stream-unknown"),
          said.lines().toList());
    }
  }
}
