package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.testing.ForeignClient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The test run for the oldest Redis uses that version. */
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

  @Test
  void keysOfANewerRedis_areMigratedByType(@TempDir Path directory) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    EmbeddedRedis.Options newest =
        EmbeddedRedis.options().withDataDirectory(directory.resolve("newest")).withUse();
    try (EmbeddedRedis source = startBundled(newest);
        EmbeddedRedis target = EmbeddedRedis.start(EmbeddedRedis.options());
        ForeignClient foreign = new ForeignClient(source.port());
        ForeignClient copy = new ForeignClient(target.port())) {
      foreign.send("AUTH", source.url().replaceFirst("redis://:(.*)@.*", "$1"));
      foreign.send("HSET", "request:status:r1", "status", "completed", "progress", "100");
      foreign.send("ZADD", "index:sessions", "0.1", "s1");
      foreign.send("XADD", "feed:status:crawl:c1", "5-1", "status", "running");
      foreign.send("SET", "config:council", "{}", "PX", "900000");
      List<String> words =
          List.of(
              "migrate",
              "--from",
              source.url(),
              "--to",
              target.url(),
              "--state",
              directory.resolve("state").toString());
      int status = Main.run(words, Map.of(), out, out, (settings, demo) -> {});
      assertEquals(0, status, said::toString);
      assertTrue(
          said.toString(StandardCharsets.UTF_8).contains("by the commands of their type"),
          said::toString);
      assertEquals("100", copy.text("HGET", "request:status:r1", "progress"));
      assertEquals("0.10000000000000001", copy.text("ZSCORE", "index:sessions", "s1"));
      assertEquals(
          foreign.text("XRANGE", "feed:status:crawl:c1", "-", "+"),
          copy.text("XRANGE", "feed:status:crawl:c1", "-", "+"));
      assertTrue(copy.number("PTTL", "config:council") > 800_000);
    }
  }

  /** Starts the bundled server, although this run uses another. */
  private static EmbeddedRedis startBundled(EmbeddedRedis.Options options) {
    String chosen = System.clearProperty("aetherkeep.redis.binary");
    try {
      return EmbeddedRedis.start(options);
    } finally {
      if (chosen != null) {
        System.setProperty("aetherkeep.redis.binary", chosen);
      }
    }
  }
}
