package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.testing.ForeignClient;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The execution of the tests that means the oldest Redis does use it. */
@EnabledIfSystemProperty(named = "aetherkeep.redis.binary", matches = "classpath:.*-6\\.2.*")
class OldestRedisTest {

  @Test
  void serverOfThisRun_isTheOldestThatIsSupported() {
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        ForeignClient foreign = new ForeignClient(redis.port())) {
      String info = foreign.text("INFO", "server");
      assertTrue(info.contains("redis_version:6.2."), info);
    }
  }

  @Test
  void statusThatIsPut_isReadAndListed() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      String statuses = "/api/v1/council/status/request";
      String running = "{\"status\": \"processing\", \"progress\": 10}";
      assertEquals(201, node.put(statuses + "/r", running).statusCode());
      assertEquals(204, node.put(statuses + "/r", running.replace("10", "20")).statusCode());
      assertTrue(node.get(statuses + "/r").body().contains("20"));
      assertTrue(node.get(statuses).body().contains("processing"));
    }
  }
}
