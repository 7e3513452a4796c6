package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Caches from HTTP to Redis and back, on a whole node. */
@ExtendWith(RedisExtension.class)
class CachesSystemTest {

  private static final String API = "/api/v1/aethercast/caches";

  private RunningNode node;
  private ForeignClient redis;

  @BeforeEach
  void start(RedisServer server) {
    redis = server.foreign(0);
    node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", server.url()));
  }

  @AfterEach
  void stop() {
    node.close();
    redis.close();
  }

  @Test
  void put_standsInRedisAsItWasSent() throws Exception {
    assertEquals(201, node.put(API + "/topic/t1", "{\"topic_id\" : \"t1\"}").statusCode());
    assertEquals("{\"topic_id\" : \"t1\"}", redis.text("GET", "cache:topic:t1"));
    assertTrue(redis.number("TTL", "cache:topic:t1") > 3590);
    assertEquals(Set.of("cache:topic:t1"), redis.keysBut("canary:"));
    assertEquals(204, node.put(API + "/topic/t1", "2").statusCode());
  }

  @Test
  void get_servesWhatPythonWroteByteForByte() throws Exception {
    String dumped = "{\"topic_id\": \"t1\", \"display_name\": \"Schr\\u00f6dinger\"}";
    redis.send("SETEX", "cache:topic:t1", "1800", dumped);
    HttpResponse<String> answer = node.get(API + "/topic/t1");
    assertEquals(dumped, answer.body());
    assertEquals("application/json", answer.headers().firstValue("Content-Type").orElse(""));
    assertTrue(answer.headers().firstValue("Cache-Status").orElse("").contains("hit; ttl=1"));
    assertTrue(answer.headers().firstValueAsLong("Age").orElse(-1) >= 1800);
  }

  @Test
  void get_refusesForeignBytesThatAreNoJson() throws Exception {
    redis.send("SET", "cache:topic:t1", "no json");
    redis.send("SET", "config:any", "no json");
    for (String path : List.of(API + "/topic/t1", "/api/v1/aethercast/configs/any")) {
      HttpResponse<String> answer = node.get(path);
      assertEquals(422, answer.statusCode());
      assertTrue(answer.body().contains("\"code\":\"unreadable-value\""), answer.body());
    }
  }

  @Test
  void get_answers304ToTheTagItGave() throws Exception {
    node.put(API + "/topic/t1", "1");
    String tag = node.get(API + "/topic/t1").headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> again = node.get(API + "/topic/t1", "If-None-Match", tag);
    assertEquals(304, again.statusCode());
    assertEquals("", again.body());
    redis.send("SET", "cache:topic:t1", "2");
    Awaitility.await()
        .untilAsserted(
            () ->
                assertEquals(200, node.get(API + "/topic/t1", "If-None-Match", tag).statusCode()));
  }

  @Test
  void put_overAnotherVersionIsRefused() throws Exception {
    node.put(API + "/topic/t1", "1");
    String tag = node.get(API + "/topic/t1").headers().firstValue("ETag").orElseThrow();
    redis.send("SETEX", "cache:topic:t1", "3600", "2");
    assertEquals(412, node.put(API + "/topic/t1", "3", "If-Match", tag).statusCode());
    assertEquals("2", redis.text("GET", "cache:topic:t1"));
    assertEquals(412, node.put(API + "/topic/t1", "3", "If-None-Match", "*").statusCode());
  }

  @Test
  void many_comeInOneAnswer() throws Exception {
    node.put(API + "/snippet-page/t1/1", "[1]");
    redis.send("SET", "cache:snippets:topic:t1:page:2", "no json");
    assertEquals(
        "{\"found\":{\"t1:1\":[1]},\"missing\":[\"t1:3\"],\"unreadable\":[\"t1:2\"]}",
        node.get(API + "/snippet-page?id=t1:1&id=t1:2&id=t1:3").body());
  }

  @Test
  void invalidate_byTagTakesWhatCarriesIt() throws Exception {
    node.put(API + "/topic/t1", "1", "Cache-Tags", "science, space");
    node.put(API + "/snippet/s1", "1", "Cache-Tags", "science");
    node.put(API + "/topic/t2", "1");
    String dry = node.post(API + "/invalidate", "{\"tag\":\"science\",\"dryRun\":true}").body();
    assertEquals("{\"matched\":2,\"removed\":0}", dry);
    String wet = node.post(API + "/invalidate", "{\"tag\":\"science\"}").body();
    assertEquals("{\"matched\":2,\"removed\":2}", wet);
    assertEquals(404, node.get(API + "/topic/t1").statusCode());
    assertEquals(200, node.get(API + "/topic/t2").statusCode());
  }

  @Test
  void spaces_areApart() throws Exception {
    node.put(API + "/topic/t1", "1");
    assertEquals(404, node.get("/api/v1/council/caches/topic/t1").statusCode());
    assertEquals(204, node.delete("/api/v1/council/caches/topic/t1").statusCode());
    assertEquals(200, node.get(API + "/topic/t1").statusCode());
  }

  @Test
  void badInput_storesNothing() throws Exception {
    for (String bad :
        List.of("", "{", "nope", "[".repeat(10_000), "1 2", "\"" + "x".repeat(1 << 20))) {
      int status = node.put(API + "/topic/t1", bad).statusCode();
      assertTrue(status == 400 || status == 413, () -> status + " for " + bad.length());
    }
    for (String id : List.of("a%00", "a%20b", "%FF", "a".repeat(300))) {
      assertEquals(400, node.put(API + "/topic/" + id, "1").statusCode(), id);
    }
    assertEquals(400, node.put(API + "/metrics/a:b/2026-01-31", "1").statusCode());
    assertEquals(404, node.put(API + "/config/council", "1").statusCode());
    assertEquals(404, node.put("/api/v1/nowhere/caches/topic/t1", "1").statusCode());
    assertEquals(400, node.put(API + "/topic/t1", "1", "Cache-Control", "max-age=-1").statusCode());
    assertEquals(Set.of(), redis.keysBut("canary:"));
  }

  @Test
  void stats_countWhatIsThereAndWhatWasServed() throws Exception {
    node.put(API + "/topic/t1", "12345");
    node.get(API + "/topic/t1");
    node.get(API + "/topic/t2");
    String stats = node.get("/api/v1/aethercast/stats/caches").body();
    assertTrue(
        stats.contains(
            "{\"keyspace\":\"topic\",\"entries\":1,\"bytes\":5,\"hits\":1,\"nearHits\":0,\"misses\":1,"),
        stats);
    assertTrue(stats.contains("\"hitRatio\":0.5}"), stats);
    String meters = node.get("/metrics").body();
    assertTrue(
        meters.contains(
            "aetherkeep_cache_reads_total{keyspace=\"topic\",result=\"hit\",space=\"aethercast\"} 1.0"),
        meters);
  }
}
