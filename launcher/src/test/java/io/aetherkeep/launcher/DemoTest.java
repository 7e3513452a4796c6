package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.launcher.demo.Demo;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The demo runs over HTTP and WebSocket, and ends when it is stopped. */
@ExtendWith(RedisExtension.class)
class DemoTest {

  private static final String API = "/api/v1/aethercast";

  private static long number(RunningNode node, String path, String field) throws Exception {
    return new JsonObject(node.get(path).body()).getLong(field);
  }

  @Test
  void evening_isPlayedAndEnds(RedisServer redis) throws Exception {
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      try (Demo demo = Demo.play(node.url(), null)) {
        Awaitility.await()
            .atMost(90, TimeUnit.SECONDS)
            .until(
                () ->
                    number(node, API + "/stats/sessions", "live") >= 3
                        && number(node, API + "/stats/playback", "listeners") >= 2
                        && node.get(API + "/status/podcast").body().contains("script_generating")
                        && node.get(API + "/providers/health").body().contains("mistral")
                        && node.get(API + "/stats/caches").body().contains("\"topic\"")
                        && node.get("/api/v1/council/configs/deliberation").statusCode() == 200
                        && number(node, "/api/v1/council/stats/sessions", "live") >= 1);
      }
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  number(node, API + "/stats/sessions", "live") == 0
                      && number(node, API + "/stats/playback", "listeners") == 0);
      assertTrue(
          Thread.getAllStackTraces().keySet().stream()
              .filter(Thread::isAlive)
              .noneMatch(thread -> thread.getName().equals("demo")));
    }
  }

  @Test
  void nodeThatIsNotThere_isNoTrouble() {
    Demo demo = Demo.play("http://127.0.0.1:1", null);
    demo.close();
    demo.close();
  }
}
