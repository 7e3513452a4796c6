package io.aetherkeep.launcher;

import static io.aetherkeep.launcher.SessionRequests.assertProblem;
import static io.aetherkeep.launcher.SessionRequests.id;
import static io.aetherkeep.launcher.SessionRequests.json;
import static io.aetherkeep.launcher.SessionRequests.tag;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sessions of three systems from HTTP to Redis and back, on a whole node. */
class SessionsSystemTest extends OneNode {

  @Test
  void aethercast_isTheJsonThatItsServicesKeep() throws Exception {
    String address = sessions.opened(AETHERCAST, "{\"userId\":\"u1\"}");
    JsonObject stored = new JsonObject(aethercast.text("GET", "session:" + id(address)));
    assertEquals(
        Set.of("user_id", "preferences", "last_activity_timestamp", "active_podcast_stream_id"),
        stored.fieldNames());
    assertEquals("u1", stored.getString("user_id"));
    assertTrue(aethercast.number("TTL", "session:" + id(address)) > 1790);
    JsonObject answer = json(node.get(address));
    assertEquals("u1", answer.getString("userId"));
    assertEquals(1800, answer.getInteger("ttlSeconds"));
    assertEquals(stored, answer.getJsonObject("document"));
  }

  @Test
  void patch_leavesWhatPythonWroteByteForByte() throws Exception {
    aethercast.send(
        "SETEX", "session:s1", "600", "{\"user_id\": \"u1\", \"x\": 1.0, \"y\": \"\\u00f6\"}");
    HttpResponse<String> patched =
        node.patch(AETHERCAST + "/sessions/s1", "{\"preferences\":{\"a\":[1]},\"x2\":null}");
    assertEquals(200, patched.statusCode());
    String stored = aethercast.text("GET", "session:s1");
    assertTrue(stored.startsWith("{\"user_id\": \"u1\", \"x\": 1.0, \"y\": \"\\u00f6\""), stored);
    assertEquals(
        new JsonArray().add(1),
        new JsonObject(stored).getJsonObject("preferences").getJsonArray("a"));
    assertTrue(aethercast.number("TTL", "session:s1") > 1790);
  }

  @Test
  void patchOfAnOlderVersion_isRefused() throws Exception {
    String address = sessions.opened(AETHERCAST, "{}");
    String tag = tag(node.get(address));
    assertEquals(200, node.patch(address, "{\"a\":1}", "If-Match", tag).statusCode());
    assertProblem(412, "version-conflict", node.patch(address, "{\"a\":2}", "If-Match", tag));
    assertEquals(1, json(node.get(address)).getJsonObject("document").getInteger("a"));
  }

  @Test
  void use_isNoOtherVersion() throws Exception {
    String address = sessions.opened(AETHERCAST, "{}");
    String tag = tag(node.get(address));
    aethercast.send("EXPIRE", "session:" + id(address), "60");
    assertEquals(304, node.get(address + "?touch=false", "If-None-Match", tag).statusCode());
    assertTrue(aethercast.number("TTL", "session:" + id(address)) <= 60);
    assertEquals(304, node.get(address, "If-None-Match", tag).statusCode());
    assertTrue(aethercast.number("TTL", "session:" + id(address)) > 1790);
  }

  @Test
  void ended_staysEnded() throws Exception {
    String address = sessions.opened(AETHERCAST, "{\"id\":\"s1\",\"userId\":\"u1\"}");
    assertProblem(409, "session-exists", node.post(AETHERCAST + "/sessions", "{\"id\":\"s1\"}"));
    String before = aethercast.text("GET", "session:s1");
    assertEquals(204, node.delete(address).statusCode());
    assertProblem(404, "session-unknown", node.get(address));
    aethercast.send("SETEX", "session:s1", "1800", before);
    assertProblem(404, "session-unknown", node.get(address));
    assertProblem(404, "session-unknown", node.patch(address, "{\"a\":1}"));
    assertNull(aethercast.send("GET", "session:s1"));
    assertProblem(409, "session-exists", node.post(AETHERCAST + "/sessions", "{\"id\":\"s1\"}"));
    assertEquals(204, node.delete(address).statusCode());
  }

  @Test
  void council_isTheHashThatItsServicesKeep() throws Exception {
    String address = sessions.opened(COUNCIL, "{\"id\":\"c1\",\"userId\":\"u1\"}");
    assertEquals("u1", council.text("HGET", "session:c1", "userId"));
    String hi = "{\"role\":\"user\",\"content\":\"What is a neutron star?\"}";
    JsonObject first = json(node.post(address + "/history", hi, "Idempotency-Key", "k1"));
    JsonObject again = json(node.post(address + "/history", hi, "Idempotency-Key", "k1"));
    assertEquals(first.put("repeated", true), again);
    assertProblem(
        422,
        "key-reused",
        node.post(address + "/history", hi.replace("user", "system"), "Idempotency-Key", "k1"));
    node.post(address + "/history", "{\"role\":\"assistant\",\"content\":\"Old.\",\"tokens\":2}");
    JsonArray stored = new JsonArray(council.text("HGET", "session:c1", "history"));
    assertEquals(2, stored.size());
    assertEquals(
        Long.toString(first.getLong("tokens") + 2),
        council.text("HGET", "session:c1", "contextWindowUsed"));
    JsonObject newest = json(node.get(address + "/history?maxTokens=2"));
    assertEquals(
        new JsonObject()
            .put("items", new JsonArray().add(stored.getValue(1)))
            .put("totalTokens", 2)
            .put("truncated", true),
        newest);
    assertTrue(!json(node.get(address)).getJsonObject("document").containsKey("history"));
    assertEquals(
        stored,
        json(node.get(address + "?include=history"))
            .getJsonObject("document")
            .getJsonArray("history"));
  }

  @Test
  void historyOfANewerProxy_isServedIfItIsJson() throws Exception {
    council.send("HSET", "session:c1", "userId", "u1");
    council.send("RPUSH", "session:c1:history", "{\"role\": \"user\",\"content\":\"a\"}");
    String history = node.get(COUNCIL + "/sessions/c1/history").body();
    assertTrue(history.startsWith("{\"items\":[{\"role\": \"user\",\"content\":\"a\"}],"), history);
    council.send("RPUSH", "session:c1:history", "no JSON");
    assertProblem(422, "unreadable-value", node.get(COUNCIL + "/sessions/c1/history"));
  }

  @Test
  void history_isTheCouncilsOnly() throws Exception {
    String address = sessions.opened(AETHERCAST, "{}");
    String hi = "{\"role\":\"user\",\"content\":\"hi\"}";
    assertProblem(404, "history-unknown", node.post(address + "/history", hi));
    assertProblem(404, "history-unknown", node.get(address + "/history"));
    assertProblem(404, "session-unknown", node.post(COUNCIL + "/sessions/nobody/history", hi));
  }

  @Test
  void content_keepsItsUsersNumbersAndALifetimeOfItsOwn() throws Exception {
    String address =
        sessions.opened(CONTENT, "{\"userId\":7,\"data\":{\"a\":1},\"ttlSeconds\":60}");
    assertTrue(content.text("GET", "session:" + id(address)).startsWith("{\"user_id\": 7,"));
    assertEquals(7, json(node.get(address)).getInteger("userId"));
    assertTrue(content.number("TTL", "session:" + id(address)) <= 60);
    JsonObject extended = json(node.post(address + "/extend", "{\"ttlSeconds\":7200}"));
    assertEquals(7200, extended.getInteger("ttlSeconds"));
    node.post(address + "/touch", "");
    assertTrue(content.number("TTL", "session:" + id(address)) > 7190);
    assertProblem(400, "invalid-ttl", node.post(address + "/extend", "{\"ttlSeconds\":0}"));
  }
}
