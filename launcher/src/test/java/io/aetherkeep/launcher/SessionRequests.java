package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;

/** HTTP client of a node's sessions. */
public record SessionRequests(RunningNode node) {

  /** Opens a session; returns its path. */
  String opened(String space, String json) throws Exception {
    HttpResponse<String> answer = node.post(space + "/sessions", json);
    assertEquals(201, answer.statusCode(), answer.body());
    return answer.headers().firstValue("Location").orElseThrow();
  }

  /** The ids of a list's first page. */
  Set<String> listed(String address) throws Exception {
    Set<String> ids = new TreeSet<>();
    JsonArray items = json(node.get(address)).getJsonArray("items");
    items.forEach(item -> ids.add(((JsonObject) item).getString("id")));
    return ids;
  }

  static String id(String address) {
    return address.substring(address.lastIndexOf('/') + 1);
  }

  static String tag(HttpResponse<String> answer) {
    return answer.headers().firstValue("ETag").orElseThrow();
  }

  static JsonObject json(HttpResponse<String> answer) {
    return new JsonObject(answer.body());
  }

  static void assertProblem(int status, String code, HttpResponse<String> answer) {
    assertEquals(status + " " + code, answer.statusCode() + " " + json(answer).getString("code"));
  }
}
