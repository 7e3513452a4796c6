package io.aetherkeep.launcher;

import static io.aetherkeep.launcher.SessionRequests.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.testing.ForeignClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Health endpoints of a whole node whose Redis is frozen and stopped. */
class HealthSystemTest {

  private static final String READY = "/health/ready";
  private static final Set<String> PARTS =
      Set.of(
          "redis/aethercast",
          "redis/council",
          "redis/content",
          "verticle/cache",
          "verticle/session",
          "verticle/status",
          "verticle/stream",
          "verticle/health");

  private static EmbeddedRedis redis;

  private RunningNode node;

  @BeforeAll
  static void startRedis() {
    redis = EmbeddedRedis.start(EmbeddedRedis.options());
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @BeforeEach
  void start() {
    Map<String, String> settings =
        Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_REDIS_TIMEOUT", "800ms");
    node = RunningNode.start(settings);
    awaitReady(200);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private void awaitReady(int status) {
    await().until(() -> node.get(READY).statusCode() == status);
  }

  private static Map<String, String> parts(JsonObject health) {
    return health.getJsonArray("checks").stream()
        .map(JsonObject.class::cast)
        .collect(Collectors.toMap(part -> part.getString("id"), part -> part.getString("status")));
  }

  private static void signal(String name) throws Exception {
    String kill = "kill -" + name + " " + redis.pid();
    assertEquals(0, new ProcessBuilder("/bin/sh", "-c", kill).start().waitFor());
  }

  @Test
  void ready_namesItsPartsWhenAskedTo() throws Exception {
    assertEquals("{\"status\":\"UP\",\"checks\":[]}", node.get(READY).body());
    Map<String, String> parts = parts(json(node.get(READY + "?verbose")));
    assertEquals(PARTS, parts.keySet());
    assertEquals(Set.of("UP"), Set.copyOf(parts.values()));
  }

  @Test
  void live_namesTheEventLoopsWhenAskedTo() throws Exception {
    assertEquals("{\"status\":\"UP\",\"checks\":[]}", node.get("/health/live").body());
    Map<String, String> parts = parts(json(node.get("/health/live?verbose")));
    assertEquals(Runtime.getRuntime().availableProcessors(), parts.size());
    parts.keySet().forEach(part -> assertTrue(part.startsWith("event-loop/"), part));
  }

  /** The connections stay open: only missing replies show the fault. */
  @Test
  void frozenRedis_isNotReadyAndAliveAndReadyAgainAfterwards() throws Exception {
    boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");
    assumeFalse(windows, "there are no signals here");
    signal("STOP");
    try {
      awaitReady(503);
      // One space may be detected a moment before another.
      await()
          .until(() -> Collections.frequency(parts(json(node.get(READY))).values(), "DOWN") == 3);
      JsonObject health = json(node.get(READY));
      assertEquals("DOWN", health.getString("status"));
      assertEquals(PARTS, parts(health).keySet());
      for (Object part : health.getJsonArray("checks")) {
        JsonObject check = (JsonObject) part;
        boolean ofRedis = check.getString("id").startsWith("redis/");
        assertEquals(ofRedis ? "DOWN" : "UP", check.getString("status"), check.encode());
        assertEquals(ofRedis, check.containsKey("reason"), check.encode());
      }
      assertEquals(200, node.get("/health/live").statusCode());
      JsonObject state = json(node.get("/health/redis"));
      assertEquals("DOWN", state.getString("status"));
      assertEquals(3, state.getJsonArray("spaces").size());
      assertEquals(503, node.post("/health/redis/selftest", "").statusCode());
    } finally {
      signal("CONT");
    }
    awaitReady(200);
    await().until(() -> json(node.get("/health/redis")).getString("status").equals("UP"));
    assertEquals(200, node.post("/health/redis/selftest", "").statusCode());
  }

  @Test
  void redis_tellsOfTheServerAndCountsItsKeys() throws Exception {
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      foreign.send("SET", "session:s1", "{}");
      foreign.send("SETEX", "session:s2", "60", "{}");
      foreign.send("SETEX", "elsewhere", "60", "{}");
    }
    node.get("/health/redis");
    await().until(() -> aethercast().containsKey("countedAt"));
    JsonObject state = aethercast();
    assertEquals("UP", state.getString("status"));
    assertEquals("redis://127.0.0.1:" + redis.port() + "/0", state.getString("address"));
    assertEquals(redis.version(), state.getJsonObject("server").getString("version"));
    assertEquals("master", state.getJsonObject("server").getString("role"));
    assertEquals(2, state.getJsonObject("keys").getInteger("session"));
    assertEquals(1, state.getJsonObject("keys").getInteger("other"));
    assertEquals(1, state.getJsonObject("keysWithoutTtl").getInteger("session"));
    assertTrue(state.getJsonObject("latency").getInteger("samples") > 0);
  }

  private JsonObject aethercast() throws Exception {
    return json(node.get("/health/redis")).getJsonArray("spaces").getJsonObject(0);
  }

  @Test
  void selfTest_exercisesEachSpaceAndLeavesNothing() throws Exception {
    JsonObject test = json(node.post("/health/redis/selftest", ""));
    assertEquals("UP", test.getString("status"), test.encode());
    JsonArray steps = test.getJsonArray("steps");
    Set<String> spaces = new TreeSet<>();
    Set<String> operations = new TreeSet<>();
    for (Object step : steps) {
      spaces.add(((JsonObject) step).getString("space"));
      operations.add(((JsonObject) step).getString("operation"));
    }
    assertEquals(Set.of("aethercast", "council", "content"), spaces);
    assertEquals(steps.size(), 3 * operations.size());
    for (int database = 0; database < 3; database++) {
      try (ForeignClient foreign = new ForeignClient(redis.port())) {
        foreign.send("SELECT", String.valueOf(database));
        assertEquals(List.of(), foreign.send("KEYS", "selftest:*"));
      }
    }
  }
}
