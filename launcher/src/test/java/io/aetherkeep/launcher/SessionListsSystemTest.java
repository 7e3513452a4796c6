package io.aetherkeep.launcher;

import static io.aetherkeep.launcher.SessionRequests.assertProblem;
import static io.aetherkeep.launcher.SessionRequests.id;
import static io.aetherkeep.launcher.SessionRequests.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.ForeignClient;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Many sessions on a whole node: lists, limits, and separation of spaces. */
class SessionListsSystemTest extends OneNode {

  @Override
  Map<String, String> settings() {
    return Map.of(
        "AETHERKEEP_SPACES_CONTENT_MAX_USER_SESSIONS", "2",
        "AETHERKEEP_SPACES_CONTENT_WHEN_TOO_MANY", "refuse");
  }

  @Test
  void rotated_continuesOnlyUnderTheNewId() throws Exception {
    String before = sessions.opened(CONTENT, "{\"userId\":7,\"data\":{\"a\":1}}");
    HttpResponse<String> rotated = node.post(before + "/rotate", "");
    assertEquals(201, rotated.statusCode());
    String after = rotated.headers().firstValue("Location").orElseThrow();
    assertNotEquals(before, after);
    assertProblem(404, "session-unknown", node.get(before));
    assertEquals(1, json(node.get(after)).getJsonObject("document").getJsonObject("data").size());
    Awaitility.await().until(() -> content.number("ZCARD", "index:user-sessions:7") == 1);
    assertEquals(Set.of(id(after)), sessions.listed(CONTENT + "/users/7/sessions"));
  }

  @Test
  void oneTooMany_isRefusedWhereTheSpaceSaysSo() throws Exception {
    String first = sessions.opened(CONTENT, "{\"userId\":7}");
    sessions.opened(CONTENT, "{\"userId\":7}");
    assertProblem(409, "too-many-sessions", node.post(CONTENT + "/sessions", "{\"userId\":7}"));
    sessions.opened(CONTENT, "{\"userId\":8}");
    node.delete(first);
    sessions.opened(CONTENT, "{\"userId\":7}");
  }

  @Test
  void sessionOfAnotherService_isListedOnceItWasRead() throws Exception {
    sessions.opened(AETHERCAST, "{\"id\":\"s1\",\"userId\":\"u1\"}");
    aethercast.send("SETEX", "session:s2", "600", "{\"user_id\":\"u1\"}");
    assertEquals(Set.of("s1", "s2"), sessions.listed(AETHERCAST + "/sessions"));
    assertEquals(200, node.get(AETHERCAST + "/sessions/s2").statusCode());
    Awaitility.await().until(() -> aethercast.number("ZCARD", "index:user-sessions:u1") == 2);
    assertEquals(Set.of("s1", "s2"), sessions.listed(AETHERCAST + "/users/u1/sessions"));
    assertEquals(
        new JsonObject().put("space", "aethercast").put("live", 2).put("nearReads", 0),
        json(node.get(AETHERCAST + "/stats/sessions")));
  }

  @Test
  void cursorThatWasNeverIssued_isAProblem() throws Exception {
    for (String cursor : Stream.of("x", "-1", "99999999999999999999").toList()) {
      String query = "/sessions?cursor=" + cursor;
      assertProblem(400, "invalid-parameter", node.get(AETHERCAST + query));
      assertProblem(400, "invalid-parameter", node.get(AETHERCAST + "/users/u1" + query));
    }
  }

  @Test
  void logoutEverywhereElse_leavesTheOneThatAsks() throws Exception {
    sessions.opened(AETHERCAST, "{\"id\":\"s1\",\"userId\":\"u1\"}");
    sessions.opened(AETHERCAST, "{\"id\":\"s2\",\"userId\":\"u1\"}");
    sessions.opened(AETHERCAST, "{\"id\":\"s3\",\"userId\":\"u2\"}");
    String ofU1 = AETHERCAST + "/users/u1/sessions";
    assertEquals("{\"ended\":1,\"searching\":false}", node.delete(ofU1 + "?except=s1").body());
    assertEquals(Set.of("s1"), sessions.listed(ofU1));
    assertEquals("{\"ended\":1,\"searching\":false}", node.delete(ofU1).body());
    assertEquals("{\"items\":[],\"next\":null}", node.get(ofU1).body());
    assertEquals(Set.of("s3"), sessions.listed(AETHERCAST + "/sessions"));
  }

  @Test
  void spaces_areApart() throws Exception {
    sessions.opened(AETHERCAST, "{\"id\":\"s1\",\"userId\":\"7\"}");
    assertProblem(404, "session-unknown", node.get(COUNCIL + "/sessions/s1"));
    assertEquals(204, node.delete(CONTENT + "/sessions/s1").statusCode());
    assertEquals(
        "{\"ended\":0,\"searching\":false}", node.delete(CONTENT + "/users/7/sessions").body());
    sessions.opened(COUNCIL, "{\"id\":\"s1\"}");
    assertEquals(200, node.get(AETHERCAST + "/sessions/s1").statusCode());
    assertProblem(404, "space-unknown", node.get("/api/v1/nowhere/sessions/s1"));
  }

  @Test
  void badInput_storesNothing() throws Exception {
    for (String bad :
        Stream.of(
                "{\"id\":\"\"}",
                "{\"id\":\"a b\"}",
                "{\"id\":\"..\"}",
                "{\"id\":\"\\ud800\"}",
                "{\"userId\":\"\"}",
                "{\"preferences\":[]}",
                "{\"data\":7}",
                "{\"ttlSeconds\":0}",
                "{\"ttlSeconds\":31536001}",
                "{\"data\":{\"a\":\"" + "x".repeat(1 << 20) + "\"}}")
            .toList()) {
      for (String space : Stream.of(AETHERCAST, COUNCIL, CONTENT).toList()) {
        int status = node.post(space + "/sessions", bad).statusCode();
        assertTrue(status == 400 || status == 413, () -> status + " for " + bad.length());
      }
    }
    for (ForeignClient redis : Stream.of(aethercast, council, content).toList()) {
      assertEquals(Set.of(), redis.keysBut("canary:"));
    }
  }
}
