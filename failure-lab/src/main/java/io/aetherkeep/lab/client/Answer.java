package io.aetherkeep.lab.client;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;

/**
 * Answer to a request.
 *
 * @param status 0 if the connection broke or the client's timeout passed
 */
public record Answer(int status, HttpHeaders headers, String body, long millis) {

  static Answer without(int status, String body, long millis) {
    return new Answer(status, HttpHeaders.of(Map.of(), (name, value) -> true), body, millis);
  }

  /** Converts an answer on a socket to what HTTP would answer. */
  static Answer of(JsonObject frame, long millis) {
    JsonObject error = frame.getJsonObject("error");
    if (error == null) {
      return without(frame.containsKey("ok") ? 200 : 0, body(frame), millis);
    }
    if (error.getBoolean("retry")) {
      Map<String, List<String>> soon = Map.of("Retry-After", List.of("1"));
      return new Answer(503, HttpHeaders.of(soon, (name, value) -> true), error.encode(), millis);
    }
    boolean unknown = error.getString("code").endsWith("-unknown");
    return without(unknown ? 404 : 400, error.encode(), millis);
  }

  private static String body(JsonObject frame) {
    return frame.getValue("ok") instanceof JsonObject ok ? ok.encode() : "{}";
  }

  public boolean isGood() {
    return status / 100 == 2;
  }

  /** Whether a node answered from memory because Redis was down. */
  public boolean isFromMemory() {
    return headers.firstValue("Aetherkeep-Stale").isPresent()
        || header("Cache-Status").contains("redis-unavailable");
  }

  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }
}
