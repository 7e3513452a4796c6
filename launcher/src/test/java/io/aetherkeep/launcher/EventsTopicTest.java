package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The topic of a space's events, on two nodes. */
class EventsTopicTest extends TwoNodes {

  private static final String CAST = "/api/v1/aethercast";

  private static JsonObject next(EventStream events) throws Exception {
    EventStream.Event event = events.next();
    assertEquals("events", event.name(), event.data());
    return new JsonObject(event.data());
  }

  /** Collects the first event of each type, until all types have come. */
  private static Map<String, JsonObject> collect(EventStream events, Set<String> types)
      throws Exception {
    Map<String, JsonObject> first = new LinkedHashMap<>();
    while (!first.keySet().containsAll(types)) {
      JsonObject event = next(events);
      first.putIfAbsent(event.getString("type"), event.getJsonObject("data"));
    }
    return first;
  }

  private static void ok(HttpResponse<String> answer) {
    assertTrue(answer.statusCode() < 300, answer.body());
  }

  @Test
  void eachChange_onAnyNode_isAnEvent() throws Exception {
    try (EventStream events = EventStream.open(other.url() + CAST + "/events")) {
      assertEquals(200, events.status());
      ok(node.post(CAST + "/sessions", "{\"id\": \"s1\", \"userId\": \"u1\"}"));
      ok(node.put(CAST + "/sessions/s1/playback", "{\"podcast\": \"p1\", \"state\": \"playing\"}"));
      ok(node.put(CAST + "/sessions/s1/playback", "{\"podcast\": \"p1\", \"positionMs\": 5}"));
      ok(node.put(CAST + "/status/crawl/c1", "{\"status\": \"running\"}"));
      ok(node.put(CAST + "/status/crawl/big", big()));
      ok(node.put(CAST + "/configs/player", "{\"volume\": 30}"));
      ok(node.put(CAST + "/caches/topic/t1", "{\"topic_id\": \"t1\"}"));
      ok(node.post(CAST + "/caches/invalidate", "{\"keyspace\": \"topic\", \"ids\": [\"t1\"]}"));
      ok(node.post(CAST + "/providers/openai/disable", "{\"reason\": \"test\"}"));
      ok(node.request("DELETE", CAST + "/sessions/s1", ""));
      Map<String, JsonObject> first =
          collect(
              events,
              Set.of(
                  "session-opened",
                  "playback-changed",
                  "status-changed",
                  "config-changed",
                  "cache-invalidated",
                  "provider-health-changed",
                  "session-ended"));
      assertEquals("u1", first.get("session-opened").getString("userId"));
      JsonObject playback = first.get("playback-changed");
      assertEquals("s1", playback.getString("session"));
      assertEquals("playing", playback.getString("state"));
      assertEquals("u1", playback.getString("userId"));
      assertEquals("disabled", first.get("provider-health-changed").getString("after"));
      assertEquals("logout", first.get("session-ended").getString("reason"));
      assertEquals("player", first.get("config-changed").getString("name"));
    }
  }

  private static String big() {
    return new JsonObject().put("status", "running").put("note", "x".repeat(500_000)).encode();
  }

  @Test
  void onlyTheWantedTypes_areDelivered_andNoOtherSpace() throws Exception {
    String url = other.url() + CAST + "/events?type=session-ended&type=status-changed";
    try (EventStream events = EventStream.open(url)) {
      ok(node.put("/api/v1/council/status/request/r1", "{\"status\": \"processing\"}"));
      ok(node.post(CAST + "/sessions", "{\"id\": \"s2\"}"));
      ok(node.put(CAST + "/status/crawl/big", big()));
      JsonObject first = next(events);
      assertEquals("status-changed", first.getString("type"));
      assertEquals("big", first.getJsonObject("data").getString("id"));
      assertFalse(first.getJsonObject("data").containsKey("document"), "of 500 KB");
      ok(node.request("DELETE", CAST + "/sessions/s2", ""));
      assertEquals("session-ended", next(events).getString("type"));
    }
  }

  @Test
  void aWrongType_isRefused() throws Exception {
    HttpResponse<String> refused = node.get(CAST + "/events?type=sessions");
    assertEquals(400, refused.statusCode());
    assertTrue(refused.body().contains("invalid-parameter"), refused.body());
  }

  @Test
  void aSocketWatchesThem_withAGapAfterAnEarlierOffset() throws Exception {
    String ticket =
        new JsonObject(other.post(CAST + "/realtime/ticket", "").body()).getString("ticket");
    try (LiveSocket socket = LiveSocket.open(other.url(), "?ticket=" + ticket)) {
      socket.ask("hello");
      socket.ask("watch", "topic", "events/session-opened", "offset", "1-1");
      JsonObject gap = socket.next();
      assertEquals(false, gap.getBoolean("recovered"));
      assertEquals(null, gap.getValue("data"));
      Set<String> opened = new TreeSet<>();
      for (int i = 0; i < 1000; i++) {
        opened.add("many" + i);
        ok(node.post(CAST + "/sessions", "{\"id\": \"many%d\"}".formatted(i)));
      }
      List<String> seen = new ArrayList<>();
      while (seen.size() < opened.size()) {
        JsonObject data = socket.next().getJsonObject("data");
        assertEquals("session-opened", data.getString("type"));
        seen.add(data.getJsonObject("data").getString("id"));
      }
      assertEquals(opened, new TreeSet<>(seen));
    }
  }
}
