package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** Configurations, meters and background invalidations over HTTP, on whole nodes. */
@ExtendWith(RedisExtension.class)
class ConfigsSystemTest {

  private static final String CONFIG = "/api/v1/council/configs/performance";
  private static final String FAST = "{\"globalTimeout\": 30}";

  private RunningNode node;
  private ForeignClient redis;
  private Map<String, String> environment;

  @BeforeEach
  void start(RedisServer server) {
    environment = Map.of("AETHERKEEP_REDIS_URL", server.url());
    redis = server.foreign(1);
    node = RunningNode.start(environment);
  }

  @AfterEach
  void stop() {
    node.close();
    redis.close();
  }

  private static String tag(HttpResponse<?> answer) {
    return answer.headers().firstValue("ETag").orElseThrow();
  }

  @Test
  void configs_areListedOnEveryNode() throws Exception {
    try (RunningNode other = RunningNode.start(environment)) {
      String tag = tag(node.put(CONFIG, FAST, "From", "ann@example.org"));
      redis.send("SET", "config:theirs", "1");
      HttpResponse<String> listed = other.get("/api/v1/council/configs?limit=10");
      assertEquals(200, listed.statusCode());
      JsonArray items = new JsonObject(listed.body()).getJsonArray("items");
      assertEquals(2, items.size());
      JsonObject own = items.getJsonObject(0);
      assertEquals("performance", own.getString("name"));
      assertEquals(tag, '"' + own.getString("version") + '"');
      assertEquals("ann@example.org", own.getString("by"));
      assertEquals("another service", items.getJsonObject(1).getString("by"));
      assertEquals(400, other.get("/api/v1/council/configs?limit=0").statusCode());
    }
  }

  private static final String BOTH =
      """
      {"configs": [{"name": "performance", "value": {"globalTimeout": 30}, "ifAbsent": true},
        {"name": "limits", "value": 1}]}
      """;

  @Test
  @DisabledIfSystemProperty(
      named = "aetherkeep.redis.topology",
      matches = "cluster",
      disabledReason = "A cluster changes each configuration on its own")
  void severalConfigs_areChangedAtOnce() throws Exception {
    try (RunningNode other = RunningNode.start(environment)) {
      HttpResponse<String> written = node.post("/api/v1/council/configs", BOTH);
      assertEquals(200, written.statusCode());
      assertEquals(1, new JsonObject(written.body()).getInteger("number"));
      assertEquals(412, other.post("/api/v1/council/configs", BOTH).statusCode());
      assertEquals("1", other.get("/api/v1/council/configs/limits").body());
      assertEquals(400, node.post("/api/v1/council/configs", "{\"configs\": []}").statusCode());
    }
  }

  @Test
  @EnabledIfSystemProperty(
      named = "aetherkeep.redis.topology",
      matches = "cluster",
      disabledReason = "A single server changes several configurations at once")
  void severalConfigs_areRefusedOnACluster() throws Exception {
    HttpResponse<String> refused = node.post("/api/v1/council/configs", BOTH);
    assertEquals(422, refused.statusCode());
    assertEquals("cross-slot", new JsonObject(refused.body()).getString("code"));
    assertEquals(404, node.get("/api/v1/council/configs/limits").statusCode());
  }

  @Test
  void configs_areWrittenReadRolledBackAndRemoved() throws Exception {
    HttpResponse<String> written = node.put(CONFIG, FAST, "From", "ann@example.org");
    assertEquals(201, written.statusCode());
    assertEquals(FAST, redis.text("GET", "config:performance"));
    HttpResponse<String> read = node.get(CONFIG);
    assertEquals(FAST, read.body());
    assertEquals(tag(written), tag(read));
    assertEquals(304, node.get(CONFIG, "If-None-Match", tag(read)).statusCode());
    assertEquals(422, node.put(CONFIG, "{\"globalTimeout\": -1}").statusCode());
    assertEquals(204, node.put(CONFIG, "{\"globalTimeout\": 60}").statusCode());
    assertEquals(412, node.put(CONFIG, FAST, "If-Match", tag(read)).statusCode());
    String versions = node.get(CONFIG + "/versions").body();
    assertTrue(versions.contains("\"by\":\"ann@example.org\""), versions);
    assertTrue(
        versions.contains(
            "\"diff\":[{\"op\":\"replace\",\"path\":\"/globalTimeout\",\"from\":30,\"value\":60}]"),
        versions);
    assertEquals(200, node.post(CONFIG + "/rollback", "{\"version\":1}").statusCode());
    assertEquals(FAST, node.get(CONFIG).body());
    assertEquals(404, node.post(CONFIG + "/rollback", "{\"version\":9}").statusCode());
    assertEquals(204, node.delete(CONFIG).statusCode());
    assertEquals(404, node.get(CONFIG).statusCode());
  }

  private BufferedReader watch(RunningNode where) throws Exception {
    return watch(where, "");
  }

  private BufferedReader watch(RunningNode where, String lastEventId) throws Exception {
    HttpResponse<InputStream> events =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(where.url() + CONFIG))
                    .header("Accept", "text/event-stream")
                    .header("Last-Event-ID", lastEventId)
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    assertEquals("text/event-stream", events.headers().firstValue("Content-Type").orElse(""));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(events.body(), StandardCharsets.UTF_8));
    assertTrue(next(lines).startsWith("retry: "));
    return lines;
  }

  private static String next(BufferedReader events) throws Exception {
    StringBuilder event = new StringBuilder();
    for (String line = events.readLine();
        line != null && !line.isEmpty();
        line = events.readLine()) {
      if (!line.startsWith("id:")) {
        event.append(line).append('|');
      }
    }
    return event.toString();
  }

  @Test
  void watchers_onAnyNode_seeEveryChangeByAnyWriter() throws Exception {
    try (RunningNode other = RunningNode.start(environment);
        BufferedReader here = watch(node);
        BufferedReader there = watch(other)) {
      assertEquals("event: removed|data: null|", next(here));
      assertEquals("event: removed|data: null|", next(there));
      node.put(CONFIG, FAST);
      assertEquals("event: config|data: " + FAST + "|", next(here));
      assertEquals("event: config|data: " + FAST + "|", next(there));
      redis.send("SET", "config:performance", "{\n}");
      assertEquals("event: config|data: {|data: }|", next(here));
      assertEquals("event: config|data: {|data: }|", next(there));
      redis.send("DEL", "config:performance");
      assertEquals("event: removed|data: null|", next(there));
    }
  }

  @Test
  void aReconnectingWatcher_receivesOnlyWhatItMissed() throws Exception {
    node.put(CONFIG, FAST);
    String version = tag(node.get(CONFIG)).replace("\"", "");
    try (BufferedReader same = watch(node, version);
        BufferedReader older = watch(node, "none")) {
      assertEquals("event: config|data: " + FAST + "|", next(older));
      node.put(CONFIG, "{\"globalTimeout\": 60}");
      assertEquals("event: config|data: {\"globalTimeout\": 60}|", next(same));
      assertEquals("event: config|data: {\"globalTimeout\": 60}|", next(older));
    }
  }

  @Test
  void watchers_areDisconnected_whenTheNodeStops() throws Exception {
    BufferedReader events = watch(node);
    next(events);
    node.close();
    assertEquals("", next(events));
  }

  @Test
  void invalidations_canBeFollowed() throws Exception {
    String caches = "/api/v1/aethercast/caches";
    node.put(caches + "/topic/t1", "1");
    HttpResponse<String> begun =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(node.url() + caches + "/invalidate"))
                    .header("Content-Type", "application/json")
                    .header("Prefer", "respond-async")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"keyspace\":\"topic\",\"pattern\":\"*\"}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertEquals(202, begun.statusCode());
    String place = begun.headers().firstValue("Location").orElseThrow();
    Awaitility.await()
        .untilAsserted(
            () ->
                assertTrue(
                    node.get(place)
                        .body()
                        .contains("\"state\":\"done\",\"matched\":1,\"removed\":1")));
    assertEquals(404, node.get("/api/v1/council" + place.substring(18)).statusCode());
    assertNotEquals(200, node.get(caches + "/topic/t1").statusCode());
  }
}
