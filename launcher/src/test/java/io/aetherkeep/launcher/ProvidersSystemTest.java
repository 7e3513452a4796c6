package io.aetherkeep.launcher;

import static io.aetherkeep.launcher.SessionRequests.assertProblem;
import static io.aetherkeep.launcher.SessionRequests.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Providers from HTTP to Redis and back, on two whole nodes. */
@ExtendWith(RedisExtension.class)
class ProvidersSystemTest {

  private static final String API = "/api/v1/council/providers";
  private static final String GOOD = "{\"success\":true,\"latencyMs\":100}";
  private static final String BAD = "{\"success\":false,\"latencyMs\":300,\"error\":\"timeout\"}";
  private static final String RULES =
      """
      providers: {cool-down: 1h, longest-cool-down: 1h}
      health: {sweep-every: 50ms}
      spaces:
        council:
          providers:
            gpt-4.1: {group: chat}
            claude: {group: chat}
            fragile: {failures-in-a-row: 1}
            fast: {cool-down: 100ms, longest-cool-down: 100ms, trial-requests: 2}
      """;

  private RunningNode node;
  private RunningNode other;
  private ForeignClient redis;

  @BeforeEach
  void start(RedisServer server, @TempDir Path directory) throws Exception {
    redis = server.foreign(1);
    Path file = Files.writeString(directory.resolve("my.yaml"), RULES);
    Map<String, String> environment = Map.of("AETHERKEEP_REDIS_URL", server.url());
    node = RunningNode.start(file, environment);
    other = RunningNode.start(file, environment);
  }

  @AfterEach
  void stop() {
    node.close();
    other.close();
    redis.close();
  }

  private static String times(int count, String outcome) {
    return Collections.nCopies(count, outcome).toString();
  }

  private JsonObject report(String id, String outcomes) throws Exception {
    HttpResponse<String> answer = node.post(API + "/" + id + "/outcomes", outcomes);
    assertEquals(200, answer.statusCode(), answer.body());
    return json(answer);
  }

  private static String statusOf(RunningNode node, String id) throws Exception {
    return json(node.get(API + "/" + id + "/health")).getString("status");
  }

  private static List<String> listed(RunningNode node, String query) throws Exception {
    return json(node.get(API + "/health" + query)).getJsonArray("items").stream()
        .map(item -> ((JsonObject) item).getString("providerId"))
        .toList();
  }

  @Test
  void outcomes_makeTheHashThatEveryServiceReads() throws Exception {
    assertProblem(404, "provider-unknown", node.get(API + "/p/health"));
    report("p", GOOD);
    JsonObject answer = report("p", "[" + GOOD + "," + BAD + "]");
    assertEquals("healthy", redis.text("HGET", "provider:health:p", "status"));
    assertEquals("0.6667", redis.text("HGET", "provider:health:p", "successRate"));
    assertEquals("166.7", redis.text("HGET", "provider:health:p", "avgLatency"));
    assertEquals(
        answer.getString("lastFailure"), redis.text("HGET", "provider:health:p", "lastFailure"));
    assertEquals(4, redis.number("HLEN", "provider:health:p"));
    assertTrue(redis.number("TTL", "provider:health:p") > 290);
    assertEquals(3, answer.getInteger("requests"));
    assertEquals("timeout", answer.getString("lastError"));
    assertEquals(answer, json(other.get(API + "/p/health")));
  }

  @Test
  void failuresOnTwoNodes_areFailuresOfOneProvider() throws Exception {
    report("p", times(3, BAD));
    JsonObject fifth = json(other.post(API + "/p/outcomes", times(2, BAD)));
    assertEquals("disabled", fifth.getString("status"));
    assertEquals("5 failures in a row", fifth.getString("reason"));
  }

  @Test
  void aCoolDown_endsInATrialThatSuccessesPass() throws Exception {
    report("fast", times(5, BAD));
    await().until(() -> json(other.get(API + "/fast/health")).getBoolean("trial"));
    assertEquals("degraded", redis.text("HGET", "provider:health:fast", "status"));
    report("fast", GOOD);
    JsonObject passed = report("fast", GOOD);
    assertEquals("healthy", passed.getString("status"));
    assertFalse(passed.getBoolean("trial"));
  }

  @Test
  void ownRules_areThoseOfTheSettings() throws Exception {
    assertEquals("disabled", report("fragile", BAD).getString("status"));
    assertEquals("healthy", report("sturdy", BAD).getString("status"));
    assertEquals("chat", report("gpt-4.1", GOOD).getString("group"));
    assertNull(report("fragile", GOOD).getString("group"));
  }

  @Test
  void aGroup_keepsOne() throws Exception {
    assertEquals("disabled", report("gpt-4.1", times(5, BAD)).getString("status"));
    assertEquals("degraded", report("claude", times(5, BAD)).getString("status"));
    assertEquals(List.of("claude", "gpt-4.1"), listed(other, "?group=chat"));
    node.post(API + "/gpt-4.1/enable", "");
    assertEquals("disabled", report("claude", BAD).getString("status"));
    assertEquals(List.of("gpt-4.1", "claude"), listed(other, "?group=chat"));
  }

  @Test
  void aManualOverride_takesPrecedenceOverOutcomes() throws Exception {
    report("p", GOOD);
    String until = "{\"reason\":\"unpaid\",\"forSeconds\":3600}";
    JsonObject out = json(node.post(API + "/p/disable", until));
    assertEquals("disabled unpaid true", what(out));
    assertEquals("disabled unpaid true", what(report("p", times(30, GOOD))));
    assertEquals("disabled", statusOf(other, "p"));
    assertTrue(redis.number("TTL", "provider:health:p") > 3590);
    JsonObject back = json(other.post(API + "/p/enable", "{\"forSeconds\":3600}"));
    assertEquals("healthy enabled by hand true", what(back));
    assertEquals("healthy", report("p", times(30, BAD)).getString("status"));
  }

  private static String what(JsonObject provider) {
    return provider.getString("status")
        + " "
        + provider.getString("reason")
        + " "
        + provider.getBoolean("byHand");
  }

  @Test
  void aManualOverride_expires() throws Exception {
    String aWhile = "{\"reason\":\"short\",\"forSeconds\":2}";
    assertEquals("disabled short true", what(json(node.post(API + "/p/disable", aWhile))));
    await().until(() -> statusOf(other, "p").equals("healthy"));
  }

  @Test
  void put_setsTheRecordOutright() throws Exception {
    report("p", times(4, BAD));
    String record = "{\"status\":\"degraded\",\"successRate\":0.5,\"avgLatency\":250}";
    assertEquals("degraded", json(node.put(API + "/p/health", record)).getString("status"));
    assertEquals("0.5", redis.text("HGET", "provider:health:p", "successRate"));
    assertEquals("250", redis.text("HGET", "provider:health:p", "avgLatency"));
    assertEquals("null", redis.text("HGET", "provider:health:p", "lastFailure"));
  }

  @Test
  void whatAnotherServiceWrote_isAnsweredAndListedWhereTheSettingsNameIt() throws Exception {
    redis.send("HSET", "provider:health:claude", "status", "degraded", "avgLatency", "700");
    JsonObject read = json(node.get(API + "/claude/health"));
    assertEquals("degraded", read.getString("status"));
    assertEquals(700, read.getInteger("avgLatency"));
    assertEquals("set by another service", read.getString("reason"));
    assertTrue(read.getBoolean("byHand"));
    report("p", GOOD);
    assertEquals(List.of("p", "claude"), listed(node, ""));
  }

  @Test
  void aKeyThatHoldsSomethingElse_hidesNoOtherAndIsReplacedByPut() throws Exception {
    redis.send("SET", "provider:health:claude", "not a hash");
    report("p", GOOD);
    for (HttpResponse<String> answer :
        List.of(
            node.get(API + "/claude/health"),
            node.post(API + "/claude/outcomes", GOOD),
            node.post(API + "/claude/enable", ""))) {
      assertProblem(422, "unreadable-value", answer);
    }
    assertEquals("not a hash", redis.text("GET", "provider:health:claude"));
    assertEquals(List.of("p"), listed(node, ""));
    node.put(API + "/claude/health", "{\"status\":\"healthy\"}");
    assertEquals("healthy", redis.text("HGET", "provider:health:claude", "status"));
  }

  @Test
  void badInput_storesNothing() throws Exception {
    String most = times(1001, GOOD);
    for (String bad : List.of("[]", "[null]", "{}", most, "{\"success\":true,\"latencyMs\":-1}")) {
      assertProblem(400, "invalid-body", node.post(API + "/p/outcomes", bad));
    }
    for (String bad : List.of("{\"reason\":\" \"}", "{\"reason\":\"r\",\"forSeconds\":0}")) {
      assertProblem(400, "invalid-body", node.post(API + "/p/disable", bad));
    }
    for (String bad : List.of("\"successRate\":2", "\"lastFailure\":\"now\"")) {
      String record = "{\"status\":\"healthy\"," + bad + "}";
      assertProblem(400, "invalid-body", node.put(API + "/p/health", record));
    }
    assertProblem(400, "invalid-id", node.post(API + "/a%20b/outcomes", GOOD));
    assertProblem(404, "space-unknown", node.get("/api/v1/nowhere/providers/health"));
    assertEquals(Set.of(), keys("*p*vider*"));
  }

  private Set<String> keys(String pattern) {
    Set<String> keys = new TreeSet<>();
    ((List<?>) redis.send("KEYS", pattern)).forEach(key -> keys.add(String.valueOf(key)));
    return keys;
  }
}
