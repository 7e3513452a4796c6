package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Changes reach watchers on the other node at once, without the periodic read of topics. */
class TopicsPushTest extends TwoNodes {

  private static final String COUNCIL = "/api/v1/council";
  private static final String CAST = "/api/v1/aethercast";

  @Override
  Map<String, String> settings() {
    return Map.of("AETHERKEEP_HTTP_WATCH_EVERY", "1h");
  }

  /** Reads events up to one with a text; other changes may come before. */
  private static void until(EventStream stream, String text) throws Exception {
    EventStream.Event event = stream.next();
    while (!event.data().contains(text)) {
      event = stream.next();
    }
  }

  @Test
  void messagesAreShownElsewhere() throws Exception {
    node.post(COUNCIL + "/sessions", "{\"id\":\"s1\",\"userId\":\"u1\"}");
    try (EventStream stream = EventStream.open(other.url() + COUNCIL + "/sessions/s1/history")) {
      stream.next();
      for (int i = 0; i < 5; i++) {
        String message = "{\"role\":\"user\",\"content\":\"m" + i + "\"}";
        assertEquals(201, node.post(COUNCIL + "/sessions/s1/history", message).statusCode());
        until(stream, "\"m" + i + "\"");
      }
    }
  }

  @Test
  void sessionsOfAUserAreShownElsewhere() throws Exception {
    try (EventStream stream = EventStream.open(other.url() + CAST + "/users/u1/sessions")) {
      stream.next();
      node.post(CAST + "/sessions", "{\"id\":\"s1\",\"userId\":\"u1\"}");
      until(stream, "\"s1\"");
      node.post(CAST + "/sessions", "{\"id\":\"s2\"}");
      assertEquals(200, node.patch(CAST + "/sessions/s2", "{\"user_id\":\"u1\"}").statusCode());
      until(stream, "\"s2\"");
      assertEquals(200, node.patch(CAST + "/sessions/s2", "{\"user_id\":\"u2\"}").statusCode());
      until(stream, "[{\"id\":\"s1\"");
      assertEquals(204, node.delete(CAST + "/sessions/s1").statusCode());
      until(stream, "[]");
      node.post(CAST + "/sessions", "{\"id\":\"s3\",\"userId\":\"u1\",\"ttlSeconds\":1}");
      until(stream, "\"s3\"");
      until(stream, "[]");
    }
  }

  private void report(String state) throws Exception {
    String body = "{\"podcastId\":\"p1\",\"state\":\"" + state + "\",\"positionMs\":1}";
    assertEquals(200, node.put(CAST + "/sessions/s1/playback", body).statusCode());
  }

  @Test
  void listenersAreShownElsewhere() throws Exception {
    node.post(CAST + "/sessions", "{\"id\":\"s1\",\"userId\":\"u1\"}");
    try (EventStream stream = EventStream.open(other.url() + CAST + "/podcasts/p1/presence")) {
      until(stream, "[]");
      report("playing");
      until(stream, "playing");
      report("paused");
      until(stream, "[]");
      report("playing");
      until(stream, "playing");
      assertEquals(204, node.delete(CAST + "/sessions/s1").statusCode());
      until(stream, "[]");
    }
  }

  @Test
  void entriesAreVisibleElsewhere_fromAnyWriter() throws Exception {
    try (EventStream stream = EventStream.open(other.url() + CAST + "/caches/topic/t1");
        EventStream page = EventStream.open(other.url() + CAST + "/caches/snippet-page/t1/2")) {
      stream.next();
      page.next();
      node.put(CAST + "/caches/topic/t1", "{\"n\":1}");
      until(stream, "{\"n\":1}");
      redis.send("SET", "cache:topic:t1", "{\"n\":2}");
      until(stream, "{\"n\":2}");
      redis.send("SET", "cache:snippets:topic:t1:page:2", "[3]");
      until(page, "[3]");
      redis.send("DEL", "cache:topic:t1");
      until(stream, "null");
      node.put(CAST + "/caches/topic/t1", "{\"n\":3}", "Cache-Control", "max-age=1");
      until(stream, "{\"n\":3}");
      until(stream, "null");
    }
  }

  /** Awaits a change of an entry, by a PUT and by an invalidation, on the other node. */
  private void assertPushed(LiveSocket socket, String keyspace, String path, String id)
      throws Exception {
    String topic = "cache/" + keyspace + "/" + path.replace("%2F", "/");
    String url = CAST + "/caches/" + keyspace + "/" + path;
    JsonObject watched = socket.ask("watch", "topic", topic);
    assertTrue(watched.containsKey("ok"), watched::encode);
    try (EventStream stream = EventStream.open(other.url() + url)) {
      assertEquals("none", socket.next(topic).getString("offset"));
      assertEquals("removed", stream.next().name());
      assertEquals(201, node.put(url, "{\"n\":1}").statusCode());
      socket.nextWith(topic, "n", 1);
      until(stream, "{\"n\":1}");
      String ids = "{\"keyspace\":\"" + keyspace + "\",\"ids\":[\"" + id + "\"]}";
      assertEquals(200, node.post(CAST + "/caches/invalidate", ids).statusCode());
      assertEquals("none", socket.next(topic).getString("offset"));
      until(stream, "null");
    }
  }

  @Test
  void entriesWhoseIdsContainASlash_areVisibleElsewhere() throws Exception {
    node.post(CAST + "/sessions", "{\"id\":\"s1\"}");
    try (LiveSocket socket = LiveSocket.of(other.url(), "s1")) {
      assertPushed(socket, "topic", "a%2Fb", "a/b");
      assertPushed(socket, "topic", "a:b%2Fc", "a:b/c");
      assertPushed(socket, "snippet-page", "t%2F1/2", "t/1:2");
    }
  }

  @Test
  void statusesOfAKindAreShownElsewhere() throws Exception {
    try (EventStream stream = EventStream.open(other.url() + CAST + "/status/crawl")) {
      for (int i = 0; i < 5; i++) {
        node.put(CAST + "/status/crawl/c" + i, "{\"status\":\"running\"}");
        until(stream, "\"c" + i + "\"");
      }
    }
  }
}
