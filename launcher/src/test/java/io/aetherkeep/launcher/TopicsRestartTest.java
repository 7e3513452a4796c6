package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watchers of histories, sessions, presence and caches during a restart of Redis. */
class TopicsRestartTest {

  private static final String COUNCIL = "/api/v1/council";

  private static RunningNode node(EmbeddedRedis redis) {
    return RunningNode.start(
        Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_HTTP_WATCH_EVERY", "100ms"));
  }

  private static void awaitWritten(RunningNode node, String path, String json, int status) {
    Awaitility.await()
        .until(
            () ->
                (path.contains("/caches/") || path.contains("/status/")
                            ? node.put(path, json)
                            : node.post(path, json))
                        .statusCode()
                    == status);
  }

  private static String until(EventStream stream, String text) throws Exception {
    EventStream.Event event = stream.next();
    while (!event.data().contains(text)) {
      event = stream.next();
    }
    return event.data();
  }

  @Test
  void watchers_areKeptAndMissNothing(@TempDir Path data) throws Exception {
    EmbeddedRedis.Options options = EmbeddedRedis.options().withDataDirectory(data);
    EmbeddedRedis redis = EmbeddedRedis.start(options);
    try (RunningNode node = node(redis);
        RunningNode other = node(redis)) {
      node.post(COUNCIL + "/sessions", "{\"id\":\"s1\",\"userId\":\"u1\"}");
      String messages = COUNCIL + "/sessions/s1/history";
      String audience = COUNCIL + "/podcasts/p1/presence";
      String entry = COUNCIL + "/caches/topic/t1";
      String jobs = COUNCIL + "/status/crawl";
      try (EventStream history = EventStream.open(node.url() + messages);
          EventStream sessions = EventStream.open(node.url() + COUNCIL + "/users/u1/sessions");
          EventStream presence = EventStream.open(node.url() + audience);
          EventStream cache = EventStream.open(node.url() + entry);
          EventStream kind = EventStream.open(node.url() + jobs)) {
        history.next();
        sessions.next();
        presence.next();
        cache.next();
        for (int round = 0; round < 2; round++) {
          int port = redis.port();
          redis.close();
          String message = "{\"role\":\"user\",\"content\":\"lost " + round + "\"}";
          awaitWritten(other, messages, message, 503);
          redis = EmbeddedRedis.start(options.withPort(port));
          String next = "next " + round;
          awaitWritten(other, messages, message.replace("lost", "next"), 201);
          assertTrue(until(history, next).contains(next));
          awaitWritten(
              other, COUNCIL + "/sessions", "{\"userId\":\"u1\",\"id\":\"r" + round + "\"}", 201);
          until(sessions, "\"r" + round + "\"");
          String playing = "{\"podcastId\":\"p1\",\"state\":\"playing\",\"positionMs\":0}";
          other.put(COUNCIL + "/sessions/r" + round + "/playback", playing);
          until(presence, "\"r" + round + "\"");
          String json = "{\"round\":" + round + "}";
          awaitWritten(other, entry, json, round == 0 ? 201 : 204);
          until(cache, json);
          awaitWritten(other, jobs + "/c" + round, "{\"status\":\"running\"}", 201);
          assertGapOr(kind, "c" + round);
        }
      }
    } finally {
      redis.close();
    }
  }

  /** After a lost subscription the change comes after a gap, or is part of it. */
  private static void assertGapOr(EventStream kind, String id) throws Exception {
    EventStream.Event event = kind.next();
    while (event.name().equals("status")
        && !new JsonObject(event.data()).getString("id").equals(id)) {
      event = kind.next();
    }
    assertTrue(event.name().equals("gap") || event.name().equals("status"), event::toString);
  }
}
