package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One node answers for all that share its Redis: sockets, configurations, copies, followers. */
class NodeQuestionsTest extends TwoNodes {

  private static final String CAST = "/api/v1/aethercast";

  @BeforeEach
  void awaitNodes() {
    await("/health/nodes", nodes -> rows(nodes).size() == 2);
  }

  private static void ok(HttpResponse<String> answer) {
    assertEquals(2, answer.statusCode() / 100, answer.body());
  }

  private JsonObject json(String path) throws Exception {
    HttpResponse<String> answer = node.get(path);
    assertEquals(200, answer.statusCode(), answer.body());
    return new JsonObject(answer.body());
  }

  private JsonObject await(String path, Predicate<JsonObject> wanted) {
    return Awaitility.await(path).atMost(60, TimeUnit.SECONDS).until(() -> json(path), wanted);
  }

  private static List<JsonObject> rows(JsonObject page) {
    return objects(page.getJsonArray("items"));
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  private static boolean areAllHere(JsonObject page) {
    return objects(page.getJsonArray("nodes")).stream()
        .allMatch(asked -> asked.getBoolean("answered"));
  }

  @Test
  void sockets_ofAllNodes_areListed_andOneWithAllItsTopics() throws Exception {
    for (String id : List.of("s1", "s2")) {
      ok(node.post(CAST + "/sessions", "{\"id\":\"" + id + "\",\"userId\":\"u1\"}"));
    }
    try (LiveSocket here = LiveSocket.of(node.url(), "s1");
        LiveSocket there = LiveSocket.of(other.url(), "s2")) {
      here.ask("watch", "topic", "listeners/p1");
      for (int i = 0; i < 12; i++) {
        there.ask("watch", "topic", "listeners/p" + i);
      }
      JsonObject all = await(CAST + "/sockets", NodeQuestionsTest::areAllHere);
      Map<String, JsonObject> bySession =
          rows(all).stream().collect(Collectors.toMap(row -> row.getString("session"), row -> row));
      assertEquals(2, all.getInteger("total"));
      assertNotEquals(bySession.get("s1").getString("node"), bySession.get("s2").getString("node"));
      assertEquals(new JsonArray().add("listeners/p1"), bySession.get("s1").getJsonArray("topics"));
      assertTrue(bySession.get("s1").getInteger("lastFrameBytes") > 0);
      JsonObject many = bySession.get("s2");
      assertEquals(12, many.getInteger("topicCount"));
      assertEquals(10, many.getJsonArray("topics").size());
      String one = CAST + "/sockets?connection=" + many.getString("connection");
      assertEquals(12, rows(json(one)).get(0).getJsonArray("topics").size());
      assertEquals(1, rows(json(CAST + "/sockets?limit=1")).size());
      assertEquals(2, json(CAST + "/sockets?limit=1").getInteger("total"));
      assertEquals(1, rows(json(CAST + "/sockets?session=s2")).size());
      assertEquals(0, rows(json(CAST + "/sockets?session=nobody")).size());
    }
  }

  @Test
  void aConfiguration_showsWhichNodeHasWhichVersion() throws Exception {
    ok(node.put(CAST + "/configs/player", "{\"volume\":30}"));
    ok(node.post(CAST + "/sessions", "{\"id\":\"s1\",\"userId\":\"u1\"}"));
    try (LiveSocket socket = LiveSocket.of(other.url(), "s1")) {
      socket.ask("watch", "topic", "config/player");
      ok(node.put(CAST + "/configs/player", "{\"volume\":31}"));
      JsonObject now =
          await(
              CAST + "/configs/player/nodes",
              page ->
                  areAllHere(page)
                      && rows(page).stream()
                          .anyMatch(
                              row ->
                                  row.getJsonArray("delivered")
                                      .equals(new JsonArray().add(page.getString("version")))));
      assertEquals(
          List.of(0, 1),
          rows(now).stream().map(row -> row.getInteger("watchers")).sorted().toList());
    }
    assertNull(json(CAST + "/configs/nothing/nodes").getString("version"));
  }

  @Test
  void anEntry_showsItsCopyOnEachNode() throws Exception {
    String entry = CAST + "/caches/topic/t1";
    String copies = CAST + "/stats/caches/topic/copies?id=t1";
    ok(node.put(entry, "{\"topic_id\":\"t1\"}"));
    assertTrue(
        rows(json(copies)).stream().allMatch(row -> row.getString("version") == null),
        "no node has read it");
    String tag =
        Awaitility.await()
            .atMost(60, TimeUnit.SECONDS)
            .until(
                () -> {
                  String read = other.get(entry).headers().firstValue("ETag").orElseThrow();
                  return rows(json(copies)).stream()
                          .anyMatch(row -> read.equals("\"" + row.getString("version") + "\""))
                      ? read
                      : "";
                },
                read -> !read.isEmpty());
    assertNotNull(tag);
    JsonObject held =
        rows(json(copies)).stream()
            .filter(row -> row.getString("version") != null)
            .findFirst()
            .orElseThrow();
    assertTrue(held.getBoolean("fresh"));
    assertTrue(held.getInteger("bytes") > 0 && held.getInteger("ttlSeconds") <= 3600);
    await(CAST + "/stats/caches/snippet-page/copies?id=t1&id=2", page -> rows(page).size() == 2);
    assertEquals(400, node.get(CAST + "/stats/caches/topic/copies?id=a&id=b&id=c").statusCode());
  }

  @Test
  void streams_areListed_withTheirFollowersOnAllNodes() throws Exception {
    for (int i = 0; i < 30; i++) {
      ok(node.put(CAST + "/streams/chat/" + i, "[{\"n\":" + i + "}]"));
    }
    ok(node.post(CAST + "/streams/chat/7/stop", "{\"reason\":\"user\"}"));
    ok(node.post(CAST + "/sessions", "{\"id\":\"s1\",\"userId\":\"u1\"}"));
    String list = CAST + "/stats/streams/stored?limit=500&prefix=chat/";
    assertEquals(30, rows(json(list)).size());
    assertEquals(29, rows(json(list + "&open=true")).size());
    assertEquals(0, rows(json(CAST + "/stats/streams/stored?prefix=none")).size());
    try (LiveSocket here = LiveSocket.of(node.url(), "s1");
        LiveSocket there = LiveSocket.of(other.url(), "s1")) {
      here.ask("watch", "topic", "stream/chat/3");
      there.ask("watch", "topic", "stream/chat/3");
      JsonObject followed =
          await(
              CAST + "/stats/streams/stored?prefix=chat/3&open=true&limit=500",
              page ->
                  rows(page).stream()
                      .anyMatch(
                          row ->
                              row.getString("path").equals("chat/3")
                                  && row.getInteger("followers") == 2));
      JsonObject row =
          rows(followed).stream()
              .filter(one -> one.getString("path").equals("chat/3"))
              .findFirst()
              .orElseThrow();
      assertEquals(2, row.getJsonObject("followersByNode").size());
      assertTrue(row.getLong("bytes") > 0);
    }
    assertEquals(400, node.get(CAST + "/stats/streams/stored?limit=501").statusCode());
    assertEquals(400, node.get(CAST + "/stats/streams/stored?cursor=x").statusCode());
  }

  /** A node that announced itself and does not answer, as a frozen one. */
  @Test
  void aNodeThatDoesNotAnswer_isNamed() throws Exception {
    JsonObject seen =
        rows(json("/health/nodes")).get(0).copy().put("id", "frozen").put("host", "web-9");
    JsonObject event =
        new JsonObject()
            .put("event", "aetherkeep.event.node-seen")
            .put("body", new JsonObject().put("space", "aethercast").put("node", seen));
    redis.send("PUBLISH", "events:0", UUID.randomUUID() + new JsonArray().add(event).encode());
    JsonObject all =
        await(
            CAST + "/sockets",
            page ->
                answered(page) == 2
                    && objects(page.getJsonArray("nodes")).stream()
                        .anyMatch(asked -> asked.getString("id").equals("frozen")));
    JsonObject frozen =
        objects(all.getJsonArray("nodes")).stream()
            .filter(asked -> asked.getString("id").equals("frozen"))
            .findFirst()
            .orElseThrow();
    assertFalse(frozen.getBoolean("answered"));
    assertTrue(frozen.getString("name").startsWith("web-9:"));
  }

  private static long answered(JsonObject page) {
    return objects(page.getJsonArray("nodes")).stream()
        .filter(asked -> asked.getBoolean("answered"))
        .count();
  }

  @Test
  void eachNode_announcesItsLoad() throws Exception {
    JsonObject nodes =
        await(
            "/health/nodes",
            page ->
                rows(page).size() == 2
                    && rows(page).stream()
                        .allMatch(row -> row.containsKey("load") && row.containsKey("cpu")));
    for (JsonObject row : rows(nodes)) {
      JsonObject load = row.getJsonObject("load");
      assertTrue(load.getInteger("connections") >= 0, load::encode);
      assertEquals(0, load.getInteger("shed"));
    }
    ok(node.post(CAST + "/sessions", "{\"id\":\"s1\",\"userId\":\"u1\"}"));
    List<LiveSocket> sockets =
        IntStream.range(0, 3)
            .mapToObj(
                i -> {
                  try {
                    return LiveSocket.of(other.url(), "s1");
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                })
            .toList();
    await(
        "/health/nodes",
        page ->
            rows(page).stream()
                .anyMatch(
                    row ->
                        !row.getBoolean("here")
                            && row.getJsonObject("load").getInteger("sockets") == 3
                            && row.getJsonObject("load").getInteger("connections") >= 3));
    for (LiveSocket socket : sockets) {
      socket.close();
    }
  }
}
