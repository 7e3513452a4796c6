package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What operators look up: sessions by filter, keys, entries, slow commands; on two nodes. */
class OperatorViewsTest extends TwoNodes {

  private static final String CAST = "/api/v1/aethercast";

  private void open(String id, String user) throws Exception {
    String body = new JsonObject().put("id", id).put("userId", user).encode();
    assertEquals(201, node.post(CAST + "/sessions", body).statusCode());
  }

  private void play(String id, String podcast, String state) throws Exception {
    String body = new JsonObject().put("podcast", podcast).put("state", state).encode();
    HttpResponse<String> answer = node.put(CAST + "/sessions/" + id + "/playback", body);
    assertEquals(200, answer.statusCode(), answer.body());
  }

  private JsonObject json(String path) throws Exception {
    HttpResponse<String> answer = other.get(path);
    assertEquals(200, answer.statusCode(), answer.body());
    return new JsonObject(answer.body());
  }

  private static List<JsonObject> rows(JsonObject page) {
    return page.getJsonArray("items").stream().map(JsonObject.class::cast).toList();
  }

  /** The ids on all pages of a list. */
  private Set<String> all(String path) throws Exception {
    Set<String> ids = new TreeSet<>();
    String next = "";
    while (next != null) {
      JsonObject page = json(path + (next.isEmpty() ? "" : "&cursor=" + next));
      rows(page).forEach(row -> ids.add(row.getString("id")));
      next = page.getString("next");
    }
    return ids;
  }

  @Test
  void sessions_areFilteredByUserStatePodcastAndAge() throws Exception {
    open("s1", "u1");
    open("s2", "u1");
    open("s3", "u2");
    play("s1", "p1", "playing");
    play("s2", "p1", "paused");
    play("s3", "p2", "playing");
    String list = CAST + "/sessions?";
    assertEquals(Set.of("s1", "s2"), all(list + "user=u1"));
    assertEquals(Set.of("s1"), all(list + "user=u1&state=playing"));
    assertEquals(Set.of("s1"), all(list + "podcast=p1"));
    assertEquals(Set.of("s2"), all(list + "podcast=p1&state=paused"));
    assertEquals(Set.of("s1", "s3"), all(list + "state=playing"));
    assertEquals(Set.of(), all(list + "state=stopped"));
    assertEquals(Set.of("s1", "s2", "s3"), all(list + "youngerThan=3600"));
    assertEquals(Set.of(), all(list + "olderThan=3600"));
    JsonObject row = rows(json(list + "podcast=p2")).get(0);
    assertEquals("p2", row.getString("podcastId"));
    assertEquals("playing", row.getString("state"));
    assertEquals(Set.of("s1", "s2", "s3"), all(list + "playback=true"));
    assertEquals(400, node.get(list + "state=loud").statusCode());
    assertEquals(400, node.get(list + "podcast=p1&cursor=x").statusCode());
  }

  @Test
  void oneAmongAThousand_isFoundOverAllPages() throws Exception {
    for (int i = 0; i < 1000; i++) {
      open("many" + i, "u" + i % 7);
    }
    play("many500", "p1", "paused");
    assertEquals(Set.of("many500"), all(CAST + "/sessions?state=paused&limit=50"));
  }

  @Test
  void theKeysOfASession_areThoseInRedis() throws Exception {
    open("s1", "u1");
    play("s1", "p1", "playing");
    List<JsonObject> keys = rows(json(CAST + "/sessions/s1/keys"));
    Map<String, JsonObject> byKey =
        keys.stream().collect(Collectors.toMap(key -> key.getString("key"), key -> key));
    JsonObject session = byKey.get("session:s1");
    assertEquals("string", session.getString("type"));
    assertTrue(session.getLong("bytes") > 0);
    assertTrue(session.getLong("ttlSeconds") > 0 && session.getLong("ttlSeconds") <= 1800);
    assertEquals("hash", byKey.get("playback:s1").getString("type"));
    assertEquals(404, node.get(CAST + "/sessions/nobody/keys").statusCode());
  }

  @Test
  void theEntriesOfAKeyspace_areListedByPattern() throws Exception {
    for (int i = 0; i < 300; i++) {
      String body = new JsonObject().put("topic_id", "t" + i).encode();
      node.put(CAST + "/caches/topic/t" + i, body);
    }
    redis.send("SET", "cache:topic:endless", "{}");
    String list = CAST + "/stats/caches/topic?limit=50";
    Set<Object> found = new HashSet<>();
    int pages = 0;
    for (String next = ""; next != null; pages++) {
      JsonObject page = json(list + (next.isEmpty() ? "" : "&cursor=" + next));
      rows(page).forEach(row -> found.add(row.getJsonArray("ids").getString(0)));
      next = page.getString("next");
    }
    assertEquals(301, found.size());
    assertTrue(pages > 1);
    JsonObject one = rows(json(CAST + "/stats/caches/topic?pattern=endl*&limit=1000")).get(0);
    assertEquals(new JsonArray().add("endless"), one.getJsonArray("ids"));
    assertEquals(null, one.getLong("ttlSeconds"));
    assertTrue(one.getLong("bytes") > 0);
    assertEquals(400, node.get(CAST + "/stats/caches/topic?pattern=a:b").statusCode());
    assertEquals(404, node.get(CAST + "/stats/caches/nothing").statusCode());
  }

  @Test
  void slowCommands_areShownWithoutValues() throws Exception {
    redis.send("CONFIG", "SET", "slowlog-log-slower-than", "0");
    // Enough keys for each master of a cluster, of which one is asked.
    for (int i = 0; i < 50; i++) {
      redis.send("SET", "session:slow" + i, "a secret value", "EX", "60");
    }
    redis.send("CONFIG", "SET", "slowlog-log-slower-than", "10000");
    String text = other.get("/health/redis/slowlog?limit=128").body();
    assertTrue(text.contains("SET session:slow"), text);
    assertFalse(text.contains("secret"), text);
    assertEquals(400, node.get("/health/redis/slowlog?limit=0").statusCode());
  }
}
