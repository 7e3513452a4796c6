package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sockets on two whole nodes that share only a Redis. */
class RealtimeSystemTest extends TwoNodes {

  private static final String API = "/api/v1/aethercast";

  private String session;

  @Override
  Map<String, String> settings() {
    return Map.of("AETHERKEEP_HTTP_WATCH_EVERY", "100ms", "AETHERKEEP_REALTIME_DRAIN", "100ms");
  }

  @BeforeEach
  void start() throws Exception {
    session = session("u1");
  }

  private String session(String user) throws Exception {
    String body = node.post(API + "/sessions", "{\"userId\":\"" + user + "\"}").body();
    return new JsonObject(body).getString("id");
  }

  @Test
  void whatIsPlayedOnOneNode_isSeenOnTheOther() throws Exception {
    try (LiveSocket phone = LiveSocket.of(node.url(), session);
        LiveSocket tv = LiveSocket.of(other.url(), session)) {
      tv.ask("watch", "topic", "playback");
      tv.nextWith("playback", "state", "stopped");
      tv.ask("watch", "topic", "listeners/p1");
      tv.nextWith("listeners/p1", "listeners", 0);
      JsonObject played = phone.ask("play", "podcast", "p1", "positionMs", 1000, "seq", 1);
      assertFalse(played.getJsonObject("ok").getBoolean("late"), played::encode);
      JsonObject playing = tv.nextWith("playback", "state", "playing");
      assertEquals("p1", playing.getJsonObject("data").getString("podcastId"));
      tv.nextWith("listeners/p1", "listeners", 1);
      String stored = redis.text("GET", "session:" + session);
      assertTrue(stored.contains("\"active_podcast_stream_id\""), stored);
      assertTrue(stored.contains("p1"), stored);
      phone.ask("stop", "seq", 2);
      tv.nextWith("listeners/p1", "listeners", 0);
    }
  }

  @Test
  void aLogoutOnOneNode_closesSocketsOnTheOther() throws Exception {
    try (LiveSocket here = LiveSocket.of(node.url(), session);
        LiveSocket there = LiveSocket.of(other.url(), session);
        LiveSocket bystander = LiveSocket.of(other.url(), session("u2"))) {
      assertEquals(204, node.delete(API + "/sessions/" + session).statusCode());
      assertEquals("4500 session-ended", here.closed());
      assertEquals("4500 session-ended", there.closed());
      assertEquals("pong", bystander.ask("ping").getString("ok"));
    }
  }

  @Test
  void aRotation_closesTheSocketsOfTheOldId() throws Exception {
    try (LiveSocket there = LiveSocket.of(other.url(), session)) {
      String body = node.post(API + "/sessions/" + session + "/rotate", "").body();
      assertEquals("4502 session-rotated", there.closed(), body);
    }
  }

  @Test
  void aTicket_opensOneSocket() throws Exception {
    String body = node.post(API + "/sessions/" + session + "/ticket", "").body();
    String query = "?ticket=" + new JsonObject(body).getString("ticket");
    try (LiveSocket first = LiveSocket.open(other.url(), query);
        LiveSocket second = LiveSocket.open(other.url(), query)) {
      assertTrue(first.ask("hello").containsKey("ok"));
      assertEquals("ticket-unknown", second.ask("hello").getJsonObject("error").getString("code"));
      assertEquals("4504 session-unknown", second.closed());
    }
  }

  @Test
  void everyTopic_hasItsPresentValueAndItsChanges() throws Exception {
    try (LiveSocket live = LiveSocket.of(other.url(), session)) {
      live.ask("watch", "topic", "session");
      live.nextWith("session", "id", session);
      node.patch(API + "/sessions/" + session, "{\"preferences\":{\"a\":1}}");
      assertTrue(live.next("session").encode().contains("\"a\":1"));
      live.ask("watch", "topic", "config/mine");
      assertEquals("none", live.next("config/mine").getString("offset"));
      node.put(API + "/configs/mine", "{\"n\":1}");
      live.nextWith("config/mine", "n", 1);
      live.ask("watch", "topic", "provider/openai");
      node.post(API + "/providers/openai/outcomes", "{\"success\":true,\"latencyMs\":5}");
      live.nextWith("provider/openai", "status", "healthy");
      live.ask("watch", "topic", "providers");
      assertEquals("providers", live.next("providers").getString("event"));
      node.put(API + "/status/crawl/c1", "{\"status\":\"running\"}");
      live.ask("watch", "topic", "status/crawl/c1");
      live.nextWith("status/crawl/c1", "status", "running");
    }
  }

  @Test
  void theEndOfASession_endsTheEventsOfItsPlaybackOnTheOtherNode() throws Exception {
    String playback = API + "/sessions/" + session + "/playback";
    node.put(playback, "{\"podcastId\":\"p1\",\"state\":\"playing\"}");
    try (EventStream plays = EventStream.open(other.url() + playback)) {
      EventStream.Event first = plays.next();
      assertTrue(first.data().contains("\"state\":\"playing\""), first::data);
      assertEquals(204, node.delete(API + "/sessions/" + session).statusCode());
      EventStream.Event last = plays.next();
      assertEquals("gone", last.name(), last::data);
      assertEquals("{\"code\":\"session-unknown\"}", last.data());
      assertEquals("end", plays.next().name());
    }
  }

  @Test
  void listeners_andPlaybackAreFollowedOverSse() throws Exception {
    String listeners = other.url() + API + "/podcasts/p1/listeners";
    String playback = other.url() + API + "/sessions/" + session + "/playback";
    try (EventStream counts = EventStream.open(listeners);
        EventStream plays = EventStream.open(playback);
        LiveSocket phone = LiveSocket.of(node.url(), session)) {
      EventStream.Event first = counts.next();
      assertEquals("listeners", first.name());
      assertEquals("{\"podcastId\":\"p1\",\"listeners\":0,\"users\":0}", first.data());
      assertEquals("playback", plays.next().name());
      phone.ask("play", "podcast", "p1");
      assertEquals("{\"podcastId\":\"p1\",\"listeners\":1,\"users\":1}", counts.next().data());
      Awaitility.await().until(() -> plays.next().data().contains("\"state\":\"playing\""));
    }
  }

  /** Nodes learn of events by publish/subscribe, which the test cuts. */
  @Test
  void whatIsPublishedAndLost_isSeenAllTheSame() throws Exception {
    try (LiveSocket phone = LiveSocket.of(node.url(), session);
        LiveSocket tv = LiveSocket.of(other.url(), session)) {
      tv.ask("watch", "topic", "playback");
      for (int i = 1; i <= 10; i++) {
        redis.send("CLIENT", "KILL", "TYPE", "pubsub");
        phone.ask("play", "podcast", "p" + i, "seq", i);
        tv.nextWith("playback", "podcastId", "p" + i);
      }
    }
  }

  @Test
  void aCutClient_resumesOnAnotherNode() throws Exception {
    String status = API + "/status/crawl/c1";
    node.put(status, "{\"status\":\"running\",\"n\":0}");
    LiveSocket first = LiveSocket.of(node.url(), session);
    first.ask("watch", "topic", "status/crawl/c1");
    String offset = first.nextWith("status/crawl/c1", "n", 0).getString("offset");
    first.cut();
    for (int i = 1; i <= 40; i++) {
      other.put(status, "{\"status\":\"running\",\"n\":" + i + "}");
    }
    try (LiveSocket second = LiveSocket.open(other.url())) {
      JsonObject resume =
          new JsonObject()
              .put("epoch", "1")
              .put("offsets", new JsonObject().put("status/crawl/c1", offset));
      JsonObject ok = second.ask("hello", "session", session, "resume", resume).getJsonObject("ok");
      assertTrue(ok.getJsonObject("recovered").getBoolean("status/crawl/c1"), ok::encode);
      for (int i = 1; i <= 40; i++) {
        assertEquals(i, second.next().getJsonObject("data").getInteger("n"));
      }
    }
  }

  private JsonObject resume(LiveSocket socket, JsonObject offsets) throws Exception {
    JsonObject resume = new JsonObject().put("epoch", "1").put("offsets", offsets);
    return socket.ask("hello", "session", session, "resume", resume).getJsonObject("ok");
  }

  @Test
  void aCutClient_missesNothingOfAStatusThatDidNotExist() throws Exception {
    String topic = "status/crawl/later";
    LiveSocket first = LiveSocket.of(node.url(), session);
    first.ask("watch", "topic", topic);
    JsonObject offsets = new JsonObject().put(topic, first.next(topic).getString("offset"));
    first.cut();
    try (LiveSocket second = LiveSocket.open(node.url())) {
      JsonObject ok = resume(second, offsets);
      assertTrue(ok.getJsonObject("recovered").getBoolean(topic), ok::encode);
      second.cut();
    }
    for (int i = 1; i <= 3; i++) {
      other.put(API + "/status/crawl/later", "{\"status\":\"running\",\"n\":" + i + "}");
    }
    try (LiveSocket third = LiveSocket.open(other.url())) {
      JsonObject ok = resume(third, offsets);
      assertTrue(ok.getJsonObject("recovered").getBoolean(topic), ok::encode);
      for (int i = 1; i <= 3; i++) {
        assertEquals(i, third.next(topic).getJsonObject("data").getInteger("n"));
      }
    }
  }

  @Test
  void aTopicWithoutAValue_reportsTheGapAfterAReconnect() throws Exception {
    JsonObject offsets = new JsonObject().put("events/*", "none").put("status/crawl/*", "none");
    try (LiveSocket socket = LiveSocket.open(node.url())) {
      resume(socket, offsets);
      for (String topic : offsets.fieldNames()) {
        assertFalse(socket.next(topic).getBoolean("recovered", true));
      }
    }
  }

  @Test
  void aNodeThatStops_asksItsClientsToComeBack() throws Exception {
    try (LiveSocket live = LiveSocket.of(other.url(), session)) {
      other.close();
      assertTrue(live.closed().matches("1012 restart [0-9]+"), live::toString);
    }
  }
}
