package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.ListenerAsks.ListenersChanged;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics on sockets: the current value first, then each change, and resuming. */
class SocketTopicsTest {

  @RegisterExtension final RunningRealtime router = RunningRealtime.usual();

  private static String status(int n) {
    return "{\"status\":\"running\",\"n\":" + n + "}";
  }

  private static JsonObject data(JsonObject frame) {
    return frame.getJsonObject("data");
  }

  private static JsonObject resume(JsonObject offsets) {
    return new JsonObject()
        .put("op", "hello")
        .put("session", "s1")
        .put("resume", new JsonObject().put("epoch", "1").put("offsets", offsets));
  }

  @Test
  void listeners_arePresentFirstAndThenAsTheyChange() throws Exception {
    router.realm().listeners.put("p1", 3L);
    SocketClient client = router.greeted("s1");
    assertEquals(
        "listeners/p1", client.watch("listeners/p1").getJsonObject("ok").getString("topic"));
    JsonObject first = client.next();
    assertEquals("listeners", first.getString("event"));
    assertEquals("listeners/p1", first.getString("topic"));
    assertEquals("{\"podcastId\":\"p1\",\"listeners\":3,\"users\":3}", data(first).encode());
    router.realm().listeners.put("p1", 4L);
    router.publish(new ListenersChanged("aethercast", "p1", 4, 4));
    JsonObject second = client.next();
    assertEquals(4, data(second).getInteger("listeners"));
    assertFalse(first.getString("offset").equals(second.getString("offset")));
  }

  /** Without an event the change is found by polling. */
  @Test
  void aChangeWithoutANotification_isDetected() throws Exception {
    SocketClient client = router.greeted("s1");
    client.watch("listeners/p1");
    client.next();
    router.realm().listeners.put("p1", 7L);
    assertEquals(7, data(client.next()).getInteger("listeners"));
  }

  @Test
  void playback_isSeenFromTheSessionsOtherDevices() throws Exception {
    SocketClient tv = router.greeted("s1");
    tv.watch("playback");
    assertEquals("stopped", data(tv.next()).getString("state"));
    SocketClient phone = router.greeted("s1");
    JsonObject ok =
        phone
            .ask(
                new JsonObject()
                    .put("op", "play")
                    .put("podcast", "p1")
                    .put("positionMs", 1500)
                    .put("seq", 5))
            .getJsonObject("ok");
    assertFalse(ok.getBoolean("late"));
    JsonObject seen = data(tv.next());
    assertEquals("playing", seen.getString("state"));
    assertEquals(1500, seen.getInteger("positionMs"));
    JsonObject late =
        phone
            .ask(new JsonObject().put("op", "seek").put("positionMs", 1).put("seq", 4))
            .getJsonObject("ok");
    assertTrue(late.getBoolean("late"));
    assertEquals(1500, late.getJsonObject("playback").getInteger("positionMs"));
  }

  @Test
  void progress_isAcknowledgedOnlyIfItHasAnId_andKeptWhileRedisIsAway() throws Exception {
    SocketClient client = router.greeted("s1");
    client.send("{\"op\":\"progress\",\"positionMs\":10,\"seq\":1}");
    assertEquals("pong", client.ask("ping").getString("ok"));
    router.realm().redisIsAway = true;
    client.send("{\"op\":\"progress\",\"positionMs\":20,\"seq\":2}");
    JsonObject received =
        client.ask(new JsonObject().put("op", "progress").put("positionMs", 30).put("seq", 3));
    assertEquals("redis-unavailable", SocketClient.error(received));
    router.realm().redisIsAway = false;
    Awaitility.await()
        .until(
            () -> {
              Playback now = router.realm().playbacks.get("s1");
              return now != null && now.positionMs() == 30;
            });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPauseWhileRedisIsAway_isStored_alsoIfPositionsFollow(boolean answered) throws Exception {
    SocketClient client = router.greeted("s1");
    client.ask(new JsonObject().put("op", "play").put("podcast", "p1").put("seq", 1));
    router.realm().remembersPositions = answered;
    router.realm().redisIsAway = true;
    client.send("{\"op\":\"pause\",\"positionMs\":10,\"seq\":2}");
    client.send("{\"op\":\"seek\",\"positionMs\":20,\"seq\":3}");
    JsonObject last =
        client.ask(new JsonObject().put("op", "progress").put("positionMs", 30).put("seq", 4));
    assertTrue(last.containsKey("error"), last::encode);
    router.realm().redisIsAway = false;
    Awaitility.await()
        .until(
            () -> {
              Playback now = router.realm().playbacks.get("s1");
              return now.state() == State.PAUSED && now.positionMs() == 30 && now.seq() == 4;
            });
  }

  @Test
  void whatIsNotThereYet_isNull() throws Exception {
    SocketClient client = router.greeted("s1");
    client.watch("provider/openai");
    JsonObject frame = client.next();
    assertEquals("none", frame.getString("offset"));
    assertTrue(frame.containsKey("data"));
    assertEquals(null, frame.getValue("data"));
    client.watch("providers");
    assertEquals("providers", client.next().getString("event"));
    client.watch("session");
    assertEquals("s1", data(client.next()).getString("id"));
  }

  /** The topic is polled until the time has passed; then the next frame is the change. */
  @Test
  void whatOnlyGrewOlder_isNoChange() throws Exception {
    SocketClient client = router.greeted("s1");
    client.watch("session");
    JsonObject first = client.next();
    assertEquals("1", first.getString("offset"));
    long left = router.realm().lifetime.get();
    Awaitility.await().until(() -> router.realm().lifetime.get() < left - 3);
    router.realm().version = 2;
    assertEquals("2", client.next().getString("offset"));
    client.watch("providers");
    JsonObject provider = data(client.next()).getJsonArray("items").getJsonObject(0);
    assertTrue(provider.getLong("staleSeconds") > 0);
    long age = router.realm().providersAge.get();
    Awaitility.await().until(() -> router.realm().providersAge.get() > age + 3);
    router.realm().providersReason = "another";
    JsonObject changed = data(client.next()).getJsonArray("items").getJsonObject(0);
    assertEquals("another", changed.getString("reason"));
  }

  /** A later watcher gets the current remaining lifetime, not that of the last change. */
  @Test
  void whoWatchesLater_seesThePresentLifetime() throws Exception {
    SocketClient first = router.greeted("s1");
    first.watch("session");
    long then = data(first.next()).getLong("ttlSeconds");
    Awaitility.await().until(() -> router.realm().lifetime.get() < then - 3);
    SocketClient second = router.greeted("s1");
    second.watch("session");
    assertTrue(data(second.next()).getLong("ttlSeconds") < then - 1);
  }

  @Test
  void topics_areBoundedAndWatchedOnce() throws Exception {
    SocketClient client = router.greeted("s1");
    for (int i = 0; i < 4; i++) {
      assertTrue(client.watch("listeners/p" + i).containsKey("ok"));
    }
    assertEquals("wrong-order", SocketClient.error(client.watch("listeners/p1")));
    assertEquals("too-many-topics", SocketClient.error(client.watch("listeners/p5")));
    JsonObject unwatch = new JsonObject().put("op", "unwatch").put("topic", "listeners/p1");
    assertTrue(client.ask(unwatch).containsKey("ok"));
    assertTrue(client.watch("listeners/p5").containsKey("ok"));
    Awaitility.await().until(() -> router.metrics().contains("aetherkeep_topics_watched{loop="));
  }

  @Test
  void aWatchThatIsTakenBackAtOnce_isAnswered() throws Exception {
    SocketClient client = router.greeted("s1");
    for (int i = 0; i < 20; i++) {
      JsonObject topic = new JsonObject().put("topic", "listeners/p" + i);
      client.send(topic.copy().put("op", "watch").put("id", "watch").encode());
      client.send(topic.copy().put("op", "unwatch").put("id", "unwatch").encode());
      Set<Object> answered = new HashSet<>();
      while (answered.size() < 2) {
        JsonObject frame = client.next();
        if (frame.containsKey("re")) {
          answered.add(frame.getValue("re"));
        }
      }
    }
  }

  @Test
  void statuses_comeInOrderWithTheirOffsets_andAreRecovered() throws Exception {
    router.realm().put("c1", status(1), true);
    SocketClient client = router.greeted("s1");
    client.watch("status/crawl/c1");
    assertEquals("1-0", client.next().getString("offset"));
    for (int i = 2; i <= 10; i++) {
      router.realm().put("c1", status(i), i % 3 == 0);
    }
    for (int i = 2; i <= 10; i++) {
      assertEquals(i, data(client.next()).getInteger("n"));
    }
    client.close();
    router.realm().put("c1", status(11), true);
    router.realm().put("c1", status(12), true);
    SocketClient again = router.open();
    JsonObject ok =
        again.ask(resume(new JsonObject().put("status/crawl/c1", "10-0"))).getJsonObject("ok");
    assertEquals("{\"status/crawl/c1\":true}", ok.getJsonObject("recovered").encode());
    assertEquals(11, data(again.next()).getInteger("n"));
    assertEquals(12, data(again.next()).getInteger("n"));
  }

  @Test
  void anOffsetThatIsNotKnown_isSaidNotToBe() throws Exception {
    router.realm().put("c1", status(1), true);
    for (String offset : new String[] {"99-0", "x", null}) {
      SocketClient client = router.open();
      JsonObject ok =
          client.ask(resume(new JsonObject().put("status/crawl/c1", offset))).getJsonObject("ok");
      assertEquals("{\"status/crawl/c1\":false}", ok.getJsonObject("recovered").encode());
      assertEquals(1, data(client.next()).getInteger("n"));
    }
  }

  @Test
  void anUnchangedValue_isRecovered_anotherOneIsSent() throws Exception {
    SocketClient first = router.greeted("s1");
    first.watch("listeners/p1");
    String offset = first.next().getString("offset");
    first.close();
    JsonObject offsets = new JsonObject().put("listeners/p1", offset).put("nothing/x", "1");
    JsonObject ok = router.open().ask(resume(offsets)).getJsonObject("ok");
    assertEquals(
        "{\"listeners/p1\":true,\"nothing/x\":false}", ok.getJsonObject("recovered").encode());
    assertEquals(
        "topic-unknown", ok.getJsonObject("failed").getJsonObject("nothing/x").getString("code"));
    router.realm().listeners.put("p1", 9L);
    SocketClient third = router.open();
    third.ask(resume(offsets));
    assertEquals(9, data(third.next()).getInteger("listeners"));
    SocketClient fourth = router.open();
    JsonObject other =
        fourth.ask(resume(new JsonObject().put("listeners/p1", offset))).getJsonObject("ok");
    assertFalse(other.getJsonObject("recovered").getBoolean("listeners/p1"));
    assertEquals(9, data(fourth.next()).getInteger("listeners"));
  }
}
