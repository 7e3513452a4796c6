package io.aetherkeep.launcher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Last uses of API keys, and the audit, on two nodes. */
@ExtendWith(RedisExtension.class)
class AuditSystemTest {

  private static final String COUNCIL = "/api/v1/council";

  @TempDir private Path directory;

  private RunningNode node;
  private RunningNode other;
  private String admin;
  private String writer;
  private String scraper;
  private String watcher;

  @BeforeEach
  void start(RedisServer redis) {
    KeysOfNode keys = new KeysOfNode(directory.resolve("keys.json"));
    admin = keys.add("read,write,admin");
    writer = keys.add("read,write");
    scraper = keys.add("read");
    watcher = keys.add("read");
    Map<String, String> settings =
        Map.of(
            "AETHERKEEP_REDIS_URL",
            redis.url(),
            "AETHERKEEP_ACCESS_KEYS_FILE",
            keys.file().toString(),
            "AETHERKEEP_HTTP_MAX_REQUESTS",
            "5");
    node = RunningNode.start(settings);
    other = RunningNode.start(settings);
  }

  @AfterEach
  void stop() {
    node.close();
    other.close();
  }

  private static String[] by(String key) {
    return new String[] {"Authorization", "Bearer " + key};
  }

  private static List<JsonObject> rows(HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer.body());
    return new JsonObject(answer.body())
        .getJsonArray("items").stream().map(JsonObject.class::cast).toList();
  }

  private static JsonObject of(String key, HttpResponse<String> answer) {
    String id = key.split("_", -1)[1];
    return rows(answer).stream()
        .filter(row -> row.getString("id").equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void usesOfAKey_onAllNodes_areListedWithoutTheKey() throws Exception {
    assertEquals(null, of(writer, node.get(COUNCIL + "/keys", by(admin))).getString("lastUsedAt"));
    for (int i = 0; i < 5; i++) {
      node.get(COUNCIL + "/stats/sessions", by(writer));
      other.get(COUNCIL + "/configs", by(writer));
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                of(writer, node.get(COUNCIL + "/keys", by(admin))).getLong("uses") == 10
                    && of(writer, other.get(COUNCIL + "/keys", by(admin))).getLong("uses") == 10);
    HttpResponse<String> listed = node.get(COUNCIL + "/keys", by(admin));
    JsonObject used = of(writer, listed);
    assertEquals("GET /api/v1/{space}/configs", used.getString("operation"));
    assertFalse(listed.body().contains(writer));
    assertFalse(listed.body().contains("sha256"));
    assertEquals(0, of(writer, node.get("/api/v1/content/keys", by(admin))).getLong("uses"));
    assertEquals(403, node.get(COUNCIL + "/keys", by(writer)).statusCode());
    assertEquals(403, node.get(COUNCIL + "/audit", by(writer)).statusCode());
  }

  @Test
  void aScrapeAndASocket_areUsesOfTheirKeys() throws Exception {
    assertEquals(200, node.get("/metrics", by(scraper)).statusCode());
    LiveSocket.with(node.url(), "council", by(watcher)).close();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              HttpResponse<String> listed = node.get(COUNCIL + "/keys", by(admin));
              return of(scraper, listed).getString("lastUsedAt") != null
                  && of(watcher, listed).getString("lastUsedAt") != null;
            });
    HttpResponse<String> listed = node.get(COUNCIL + "/keys", by(admin));
    assertEquals("GET /metrics", of(scraper, listed).getString("operation"));
    assertEquals("GET /api/v1/{space}/realtime", of(watcher, listed).getString("operation"));
    assertEquals(0, of(watcher, node.get("/api/v1/content/keys", by(admin))).getLong("uses"));
  }

  /** More than may be under way at once, one after another. */
  @Test
  void auditedOperations_endLikeOthers() throws Exception {
    for (int i = 0; i < 30; i++) {
      HttpResponse<String> written = node.put(COUNCIL + "/configs/c", "{\"n\": 1}", by(admin));
      assertTrue(written.statusCode() < 300, written.body());
    }
  }

  @Test
  void whatAdministratorsDo_isInTheAudit_andOnlyThat() throws Exception {
    for (int i = 0; i < 3; i++) {
      node.put(COUNCIL + "/configs/c" + i, "{\"n\": " + i + "}", by(admin));
    }
    String opened = node.post(COUNCIL + "/sessions", "{}", by(writer)).body();
    String first = new JsonObject(opened).getString("id");
    node.request("DELETE", COUNCIL + "/sessions/" + first, "", by(writer));
    String second =
        new JsonObject(node.post(COUNCIL + "/sessions", "{}", by(writer)).body()).getString("id");
    node.request("DELETE", COUNCIL + "/sessions/" + second, "", by(admin));
    node.put(COUNCIL + "/configs/refused", "{}", by(writer));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> rows(other.get(COUNCIL + "/audit", by(admin))).size() == 4);
    JsonObject newest = rows(other.get(COUNCIL + "/audit", by(admin))).get(0);
    assertEquals("DELETE /api/v1/{space}/sessions/{id}", newest.getString("operation"));
    assertEquals(COUNCIL + "/sessions/" + second, newest.getString("path"));
    assertEquals("k", newest.getString("by"));
    HttpResponse<String> page = other.get(COUNCIL + "/audit?limit=3", by(admin));
    String next = new JsonObject(page.body()).getString("next");
    List<JsonObject> rest = rows(other.get(COUNCIL + "/audit?limit=3&cursor=" + next, by(admin)));
    assertEquals(COUNCIL + "/configs/c0", rest.get(0).getString("path"));
    assertTrue(rows(other.get("/api/v1/content/audit", by(admin))).isEmpty());
    assertEquals(400, other.get(COUNCIL + "/audit?cursor=x", by(admin)).statusCode());
  }
}
