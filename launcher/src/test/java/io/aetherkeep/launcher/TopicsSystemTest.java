package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.ForeignClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Topics of histories, sessions, presence, caches and whole kinds, on two whole nodes. */
class TopicsSystemTest extends TwoNodes {

  private static final String COUNCIL = "/api/v1/council";
  private static final String CAST = "/api/v1/aethercast";

  @Override
  Map<String, String> settings() {
    return Map.of("AETHERKEEP_HTTP_WATCH_EVERY", "50ms");
  }

  private static String session(RunningNode on, String api, String body) throws Exception {
    var opened = on.post(api + "/sessions", body);
    assertEquals(201, opened.statusCode(), opened.body());
    return new JsonObject(opened.body()).getString("id");
  }

  private static void append(RunningNode on, String session, String content) throws Exception {
    String body = new JsonObject().put("role", "user").put("content", content).encode();
    var appended = on.post(COUNCIL + "/sessions/" + session + "/history", body);
    assertEquals(201, appended.statusCode(), appended.body());
  }

  private static List<String> contents(String data) {
    List<String> contents = new ArrayList<>();
    new JsonObject(data)
        .getJsonArray("messages")
        .forEach(message -> contents.add(((JsonObject) message).getString("content")));
    return contents;
  }

  private static String history(RunningNode on, String session) {
    return on.url() + COUNCIL + "/sessions/" + session + "/history";
  }

  /** Reads messages up to a number. */
  private static List<String> read(EventStream stream, int count) throws Exception {
    List<String> all = new ArrayList<>();
    while (all.size() < count) {
      EventStream.Event event = stream.next();
      assertEquals("history", event.name(), event.data());
      all.addAll(contents(event.data()));
    }
    return all;
  }

  @Test
  void history_reachesAnotherDeviceOnAnotherNode_andResumes() throws Exception {
    String id = session(node, COUNCIL, "{}");
    String last;
    try (EventStream stream = EventStream.open(history(other, id))) {
      assertEquals(List.of(), contents(stream.next().data()));
      for (int i = 0; i < 20; i++) {
        append(i % 2 == 0 ? node : other, id, "m" + i);
      }
      List<String> all = new ArrayList<>();
      EventStream.Event event = null;
      while (all.size() < 20) {
        event = stream.next();
        all.addAll(contents(event.data()));
      }
      for (int i = 0; i < 20; i++) {
        assertEquals("m" + i, all.get(i));
      }
      last = event.id();
    }
    append(node, id, "missed 1");
    append(node, id, "missed 2");
    try (EventStream stream = EventStream.open(history(node, id), "Last-Event-ID", last)) {
      assertEquals(List.of("missed 1", "missed 2"), read(stream, 2));
      append(other, id, "x".repeat(500_000));
      assertEquals(List.of("x".repeat(500_000)), read(stream, 1));
    }
    try (EventStream stream = EventStream.open(history(node, id), "Last-Event-ID", "another")) {
      assertEquals("gap", stream.next().name());
      assertTrue(read(stream, 2).contains("missed 2"));
    }
  }

  @Test
  void history_ofAThousandMessages_isWholeOrSaysThatItIsNot() throws Exception {
    String id = session(node, COUNCIL, "{}");
    try (EventStream stream = EventStream.open(history(other, id))) {
      String first = stream.next().id();
      for (int i = 0; i < 1000; i++) {
        append(node, id, "m" + i);
      }
      List<String> all = new ArrayList<>();
      while (!all.contains("m999")) {
        EventStream.Event event = stream.next();
        if (event.name().equals("gap")) {
          all.clear();
        } else {
          all.addAll(contents(event.data()));
        }
      }
      int begin = 1000 - all.size();
      for (int i = 0; i < all.size(); i++) {
        assertEquals("m" + (begin + i), all.get(i));
      }
      try (EventStream late = EventStream.open(history(other, id), "Last-Event-ID", first)) {
        assertEquals("gap", late.next().name());
        EventStream.Event newest = late.next();
        assertEquals(50, contents(newest.data()).size());
        assertTrue(new JsonObject(newest.data()).getBoolean("truncated"));
      }
    }
  }

  @Test
  void history_ofForeignServices_isFollowed_andASessionMayComeLater() throws Exception {
    try (ForeignClient council = server.foreign(1);
        EventStream stream = EventStream.open(history(node, "later"))) {
      assertEquals(new EventStream.Event("unknown", "", "null"), stream.next());
      String one =
          "{\"role\":\"user\",\"content\":\"one\",\"timestamp\":\"2026-01-31T09:41:12.204Z\"}";
      String two = one.replace("one", "two");
      council.send("HSET", "session:later", "userId", "u", "history", "[" + one + "]");
      council.send("HSET", "session:later", "lastActivityAt", "2026-01-31T09:41:12.204Z");
      council.send("HSET", "session:later", "contextWindowUsed", "1");
      assertEquals(List.of("one"), read(stream, 1));
      council.send("HSET", "session:later", "history", "[" + one + "," + two + "]");
      assertEquals(List.of("two"), read(stream, 1));
    }
    assertEquals(404, EventStream.open(node.url() + CAST + "/sessions/s/history").status());
  }

  private static Set<String> ids(String data) {
    Set<String> ids = new HashSet<>();
    new JsonObject(data)
        .getJsonArray("sessions")
        .forEach(row -> ids.add(((JsonObject) row).getString("id")));
    return ids;
  }

  @Test
  void sessions_areDelivered_whenTheyOpenAndEndElsewhere() throws Exception {
    String url = node.url() + CAST + "/users/u1/sessions";
    try (EventStream stream = EventStream.open(url)) {
      assertEquals(Set.of(), ids(stream.next().data()));
      String one = session(other, CAST, "{\"userId\":\"u1\"}");
      assertEquals(Set.of(one), ids(stream.next().data()));
      String two = session(node, CAST, "{\"userId\":\"u1\"}");
      EventStream.Event both = stream.next();
      assertEquals(Set.of(one, two), ids(both.data()));
      node.get(CAST + "/sessions/" + two);
      assertEquals(200, other.delete(CAST + "/users/u1/sessions?except=" + one).statusCode());
      EventStream.Event now = stream.next();
      assertEquals(Set.of(one), ids(now.data()));
      try (EventStream again = EventStream.open(url, "Last-Event-ID", now.id())) {
        assertEquals(204, other.delete(CAST + "/sessions/" + one).statusCode());
        assertEquals(Set.of(), ids(again.next().data()));
      }
    }
    for (int i = 0; i < 120; i++) {
      session(node, CAST, "{\"userId\":\"u2\"}");
    }
    try (EventStream stream = EventStream.open(node.url() + CAST + "/users/u2/sessions")) {
      JsonObject many = new JsonObject(stream.next().data());
      assertEquals(100, many.getJsonArray("sessions").size());
      assertTrue(many.getBoolean("more"));
    }
  }

  private static void play(RunningNode on, String session, String podcast) throws Exception {
    String body = "{\"podcastId\":\"" + podcast + "\",\"state\":\"playing\",\"positionMs\":0}";
    assertEquals(200, on.put(CAST + "/sessions/" + session + "/playback", body).statusCode());
  }

  @Test
  void presence_saysWhoJoinsAndLeaves() throws Exception {
    String one = session(node, CAST, "{\"userId\":\"u1\"}");
    String two = session(node, CAST, "{}");
    try (EventStream stream = EventStream.open(other.url() + CAST + "/podcasts/p1/presence")) {
      assertEquals("{\"podcastId\":\"p1\",\"members\":[],\"more\":false}", stream.next().data());
      play(node, one, "p1");
      JsonArray members = new JsonObject(stream.next().data()).getJsonArray("members");
      JsonObject member =
          new JsonObject().put("session", one).put("user", "u1").put("state", "playing");
      assertEquals(new JsonArray().add(member), members);
      play(other, two, "p1");
      assertEquals(2, new JsonObject(stream.next().data()).getJsonArray("members").size());
      play(other, one, "p2");
      JsonArray left = new JsonObject(stream.next().data()).getJsonArray("members");
      assertEquals(1, left.size());
      assertEquals(two, left.getJsonObject(0).getString("session"));
      assertEquals(null, left.getJsonObject(0).getString("user"));
    }
  }

  @Test
  void presence_ofAThousand_isReadByPages() throws Exception {
    List<String> command = new ArrayList<>(List.of("ZADD", "listeners:big"));
    long until = System.currentTimeMillis() + 600_000;
    for (int i = 0; i < 1000; i++) {
      redis.send("HSET", "playback:m" + i, "podcastId", "big", "state", "playing");
      command.add(Long.toString(until));
      command.add("m" + i);
    }
    redis.send((Object[]) command.toArray(String[]::new));
    Set<String> seen = new HashSet<>();
    String cursor = "";
    do {
      String path = CAST + "/podcasts/big/presence?limit=200" + cursor;
      JsonObject page = new JsonObject(node.get(path).body());
      assertTrue(page.getJsonArray("items").size() <= 250, page::encode);
      page.getJsonArray("items").forEach(m -> seen.add(((JsonObject) m).getString("session")));
      cursor = page.getString("next") == null ? null : "&cursor=" + page.getString("next");
    } while (cursor != null);
    assertEquals(1000, seen.size());
    try (EventStream stream = EventStream.open(node.url() + CAST + "/podcasts/big/presence")) {
      JsonObject first = new JsonObject(stream.next().data());
      assertTrue(first.getBoolean("more"));
      assertFalse(first.getJsonArray("members").isEmpty());
    }
    assertEquals(400, node.get(CAST + "/podcasts/big/presence?limit=501").statusCode());
    assertEquals(400, node.get(CAST + "/podcasts/big/presence?cursor=x").statusCode());
  }

  @Test
  void cacheEntries_areDelivered_afterChangesByAnyWriter() throws Exception {
    String big = "{\"x\":\"" + "y".repeat(500_000) + "\"}";
    try (EventStream stream = EventStream.open(node.url() + CAST + "/caches/topic/t1");
        EventStream page = EventStream.open(node.url() + CAST + "/caches/snippet-page/t1/2");
        EventStream all = EventStream.open(node.url() + CAST + "/caches/topics")) {
      assertEquals(new EventStream.Event("removed", "none", "null"), stream.next());
      page.next();
      all.next();
      other.put(CAST + "/caches/topic/t1", "{\"n\":1}");
      assertEquals("{\"n\":1}", stream.next().data());
      redis.send("SETEX", "cache:topic:t1", "100", "{\"n\": 2}");
      EventStream.Event foreign = stream.next();
      assertEquals("cache", foreign.name());
      assertEquals("{\"n\": 2}", foreign.data());
      node.put(CAST + "/caches/topic/t1", big);
      assertEquals(big, stream.next().data());
      String invalidation = "{\"keyspace\":\"topic\",\"pattern\":\"*\"}";
      assertEquals(200, other.post(CAST + "/caches/invalidate", invalidation).statusCode());
      assertEquals("removed", stream.next().name());
      other.put(CAST + "/caches/snippet-page/t1/2", "[1]");
      assertEquals("[1]", page.next().data());
      other.put(CAST + "/caches/topics", "[2]");
      assertEquals("[2]", all.next().data());
      try (EventStream same =
          EventStream.open(node.url() + CAST + "/caches/topics", "Last-Event-ID", all.lastId())) {
        other.put(CAST + "/caches/topics", "[3]");
        assertEquals("[3]", same.next().data());
      }
    }
    assertEquals(404, EventStream.open(node.url() + CAST + "/caches/nothing/t1").status());
  }

  @Test
  void allStatusesOfAKind_areDeliveredAsTheyChange() throws Exception {
    String url = node.url() + CAST + "/status/crawl";
    other.put(CAST + "/status/crawl/before", "{\"status\":\"running\"}");
    try (EventStream stream = EventStream.open(url)) {
      for (int i = 0; i < 1000; i++) {
        String json = "{\"status\":\"running\",\"progress\":" + i % 100 + "}";
        other.put(CAST + "/status/crawl/c" + i, json);
        other.put(CAST + "/status/deploy/d" + i, json);
      }
      for (int i = 0; i < 1000; i++) {
        EventStream.Event event = stream.next();
        JsonObject data = new JsonObject(event.data());
        assertEquals("status", event.name());
        assertEquals("c" + i, data.getString("id"));
        assertEquals(i % 100, data.getJsonObject("document").getInteger("progress"));
        assertEquals(event.id(), data.getString("offset"));
      }
    }
    try (EventStream stream = EventStream.open(url, "Last-Event-ID", "1-1")) {
      assertEquals(new EventStream.Event("gap", "", "{\"recovered\":false}"), stream.next());
    }
    assertEquals(404, EventStream.open(node.url() + CAST + "/status/nothing").status());
  }

  @Test
  void sockets_watchThemAndResume() throws Exception {
    String id = session(node, COUNCIL, "{}");
    JsonObject offsets = new JsonObject();
    try (LiveSocket socket = LiveSocket.open(node.url(), "council", "")) {
      socket.ask("hello", "session", id);
      for (String topic :
          List.of("history/" + id, "sessions/u9", "status/crawl/*", "cache/topic/t1")) {
        JsonObject answer = socket.ask("watch", "topic", topic);
        assertTrue(answer.containsKey("ok"), answer::encode);
      }
      append(other, id, "first");
      JsonObject frame = socket.next("history/" + id);
      while (!frame.encode().contains("\"first\"")) {
        frame = socket.next("history/" + id);
      }
      assertEquals("history", frame.getString("event"));
      offsets.put("history/" + id, frame.getString("offset"));
      other.put(COUNCIL + "/status/crawl/c1", "{\"status\":\"running\"}");
      socket.nextWith("status/crawl/*", "id", "c1");
      JsonObject refused = socket.ask("watch", "topic", "status/nothing/*");
      assertEquals("keyspace-unknown", refused.getJsonObject("error").getString("code"));
    }
    append(node, id, "second");
    try (LiveSocket socket = LiveSocket.open(other.url(), "council", "")) {
      JsonObject resume = new JsonObject().put("epoch", "1").put("offsets", offsets);
      JsonObject hello = socket.ask("hello", "session", id, "resume", resume).getJsonObject("ok");
      assertTrue(hello.getJsonObject("recovered").getBoolean("history/" + id), hello::encode);
      assertEquals(List.of("second"), contents(socket.next().getJsonObject("data").encode()));
    }
  }
}
