package io.aetherkeep.launcher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.WatchedRedis;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** A whole node whose master real Sentinels report, during failovers. */
class SentinelSystemTest {

  private static final String TOPIC = "/api/v1/aethercast/caches/topic/t1";

  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(60));
  }

  /** Starts a node with a user of minimal permissions; of the URL only the user counts. */
  private static RunningNode start(WatchedRedis redis) {
    WatchedRedis.tell(redis.master().port(), RedisOverTlsTest.USER);
    WatchedRedis.tell(redis.replica().port(), RedisOverTlsTest.USER);
    return RunningNode.start(
        Map.of(
            "AETHERKEEP_REDIS_URL",
            "redis://aetherkeep:p%40ss%2Fw%2Brd@nobody.invalid",
            "AETHERKEEP_REDIS_SENTINELS",
            redis.addresses(),
            "AETHERKEEP_REDIS_MASTER",
            WatchedRedis.GROUP));
  }

  /** Writes; an answer is a success, or a refusal with Retry-After. */
  private static int put(RunningNode node, String value) throws Exception {
    HttpResponse<String> answer = node.put(TOPIC, value);
    if (answer.statusCode() >= 300) {
      assertEquals(503, answer.statusCode(), answer::body);
      assertTrue(answer.headers().firstValue("Retry-After").isPresent(), answer::body);
    }
    return answer.statusCode();
  }

  private static boolean isAt(RunningNode node, int port) throws Exception {
    JsonObject health = new JsonObject(node.get("/health/redis").body());
    JsonObject first = health.getJsonArray("spaces").getJsonObject(0);
    return first.getString("address").equals("redis://127.0.0.1:" + port + "/0")
        && node.get("/health/ready").statusCode() == 200;
  }

  @Test
  void aNode_goesWhereTheMasterGoes() throws Exception {
    try (WatchedRedis redis = new WatchedRedis(3);
        RunningNode node = start(redis)) {
      assertTrue(node.node().banner().toString().contains("group by the Sentinels at 127.0.0.1:"));
      patiently().until(() -> isAt(node, redis.master().port()));
      patiently().until(() -> put(node, "{\"n\": 1}") < 300);
      redis.failOver();
      patiently()
          .until(
              () -> {
                put(node, "{\"n\": 2}");
                return isAt(node, redis.replica().port());
              });
      patiently().until(() -> put(node, "{\"n\": 3}") == 204);
      patiently().until(() -> node.get(TOPIC).body().equals("{\"n\": 3}"));
      assertTrue(node.get("/metrics").body().contains("aetherkeep_redis_master_changes_total 1.0"));
    }
  }
}
