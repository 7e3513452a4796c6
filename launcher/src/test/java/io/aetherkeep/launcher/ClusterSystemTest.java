package io.aetherkeep.launcher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedCluster;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes and three spaces on one cluster, whose masters are killed. */
@Timeout(300)
class ClusterSystemTest {

  private static final String SESSIONS = "/api/v1/content/sessions/";
  private static final List<String> IDS = IntStream.range(0, 1000).mapToObj(i -> "s" + i).toList();

  private final EmbeddedCluster cluster =
      EmbeddedCluster.start(EmbeddedCluster.options().withReplicas(1));
  private RunningNode node;
  private RunningNode other;

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("AETHERKEEP_REDIS_CLUSTER", String.join(",", cluster.addresses().subList(0, 2)));
    settings.put("AETHERKEEP_SPACES_COUNCIL_DATABASE", "0");
    settings.put("AETHERKEEP_SPACES_COUNCIL_PREFIX", "council:");
    settings.put("AETHERKEEP_SPACES_CONTENT_DATABASE", "0");
    settings.put("AETHERKEEP_SPACES_CONTENT_PREFIX", "content:");
    return settings;
  }

  @BeforeEach
  void start() throws Exception {
    node = RunningNode.start(settings());
    other = RunningNode.start(settings());
    patiently().until(() -> ready(node) == 200 && ready(other) == 200);
  }

  @AfterEach
  void stop() {
    node.close();
    other.close();
    cluster.close();
  }

  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(90));
  }

  private static int ready(RunningNode node) throws Exception {
    return node.get("/health/ready").statusCode();
  }

  /** Counts the statuses of reads; refused ones must have Retry-After. */
  private static Map<Integer, Integer> read(RunningNode node) throws Exception {
    Map<Integer, Integer> statuses = new TreeMap<>();
    for (String id : IDS) {
      HttpResponse<String> answer = node.get(SESSIONS + id + "?touch=false");
      statuses.merge(answer.statusCode(), 1, Integer::sum);
      if (answer.statusCode() == 503) {
        assertTrue(answer.headers().firstValue("Retry-After").isPresent(), answer::body);
      }
    }
    return statuses;
  }

  private void open() throws Exception {
    for (String id : IDS) {
      JsonObject session = new JsonObject().put("id", id).put("userId", "u" + id.length());
      assertEquals(201, node.post("/api/v1/content/sessions", session.encode()).statusCode());
    }
  }

  @Test
  void aKilledMaster_takesAThirdOfTheSessions_andItsReplicaGivesThemBack() throws Exception {
    open();
    assertEquals(Map.of(200, 1000), read(other));
    cluster.kill(2);
    patiently().until(() -> ready(node) == 503);
    patiently().until(() -> ready(node) == 200 && ready(other) == 200);
    assertEquals(Map.of(200, 1000), read(node));
    assertEquals(Map.of(200, 1000), read(other));
    HttpResponse<String> patched = other.patch(SESSIONS + "s7", "{\"data\": {\"a\": 1}}");
    assertEquals(200, patched.statusCode(), patched::body);
    patiently().until(() -> node.get(SESSIONS + "s7?touch=false").body().contains("\"a\":1"));
  }

  /** The states of a space's masters, by their slots. */
  private List<String> masters() throws Exception {
    return new JsonObject(node.get("/health/redis").body())
        .getJsonArray("spaces").getJsonObject(0).getJsonArray("masters").stream()
            .map(master -> ((JsonObject) master).getString("status"))
            .toList();
  }

  @Test
  void aDeadThirdOfTheSlots_isNotServed_andAllOthersAre() throws Exception {
    open();
    cluster.kill(5);
    cluster.kill(2);
    patiently().until(() -> ready(node) == 503 && ready(other) == 503);
    Map<Integer, Integer> statuses = read(node);
    assertEquals(Set.of(200, 503), statuses.keySet());
    assertTrue(statuses.getOrDefault(200, 0) > 500, statuses::toString);
    String why = other.get("/health/ready").body();
    assertTrue(why.contains("127.0.0.1:" + cluster.port(2)), why);
    assertEquals(List.of("UP", "UP", "DOWN"), masters());
    cluster.restart(2);
    patiently().until(() -> ready(node) == 200 && ready(other) == 200);
    assertEquals(Map.of(200, 1000), read(node));
  }

  @Test
  void whatIsDoneOnOneNode_isSeenOnTheOther() throws Exception {
    String topic = "/api/v1/aethercast/caches/topic/";
    for (int i = 0; i < 100; i++) {
      assertEquals(201, node.put(topic + i, "{\"topic_id\": \"" + i + "\"}").statusCode());
    }
    StringBuilder ids = new StringBuilder("/api/v1/aethercast/caches/topic?id=0");
    IntStream.range(1, 100).forEach(i -> ids.append("&id=").append(i));
    JsonObject found = new JsonObject(other.get(ids.toString()).body()).getJsonObject("found");
    assertEquals(100, found.size());
    String all = "{\"keyspace\": \"topic\", \"pattern\": \"*\"}";
    JsonObject removed =
        new JsonObject(other.post("/api/v1/aethercast/caches/invalidate", all).body());
    assertEquals(100, removed.getInteger("removed"));
    patiently().until(() -> node.get(topic + "1").statusCode() == 404);
    open();
    JsonObject ended =
        new JsonObject(other.request("DELETE", "/api/v1/content/users/u4/sessions", "").body());
    assertEquals(900, ended.getInteger("ended"), ended::encode);
    patiently().until(() -> node.get(SESSIONS + "s999").statusCode() == 404);
    JsonArray left =
        new JsonObject(node.get("/api/v1/content/sessions?limit=1000").body())
            .getJsonArray("items");
    assertEquals(100, left.size());
  }

  @Test
  void braces_areRefusedWhereTheyTearKeysApart() throws Exception {
    HttpResponse<String> refused =
        node.put("/api/v1/aethercast/caches/topic/a%7Bb%7Dc", "{\"topic_id\": \"x\"}");
    assertEquals(400, refused.statusCode(), refused::body);
    assertTrue(refused.body().contains("invalid-id"), refused::body);
  }

  @Test
  void aDatabaseThatAClusterHasNot_endsTheStart() {
    Map<String, String> settings = settings();
    settings.put("AETHERKEEP_SPACES_COUNCIL_DATABASE", "1");
    String why =
        String.valueOf(
            assertThrows(StartException.class, () -> RunningNode.start(settings)).getMessage());
    assertTrue(why.contains("council") && why.contains("database to 0"), why);
  }
}
