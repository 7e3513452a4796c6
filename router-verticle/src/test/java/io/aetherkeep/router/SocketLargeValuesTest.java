package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.document.Document;
import io.aetherkeep.router.settings.RealtimeSettings;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sockets whose watched values are together larger than the queue of a socket. */
class SocketLargeValuesTest {

  private static final int VALUES = 30;
  private static final String LARGE = "x".repeat(500_000);

  @RegisterExtension
  final RunningRealtime router =
      new RunningRealtime(
          new RealtimeSettings(
              Duration.ofSeconds(25),
              Duration.ofSeconds(10),
              Duration.ofMillis(200),
              Duration.ofMillis(300),
              1 << 20,
              1000,
              2 * VALUES));

  private static String topic(int i) {
    return "cache/topic/t" + i;
  }

  private void put(String version) {
    Document value = Document.of("{\"v\":\"" + version + "\",\"x\":\"" + LARGE + "\"}");
    for (int i = 0; i < VALUES; i++) {
      router.realm().entries.put(List.of("t" + i), value);
    }
  }

  @BeforeEach
  void putEntries() {
    put("1");
  }

  /** Opens a socket for which all entries have been read. */
  private SocketClient first() throws Exception {
    SocketClient client = router.greeted("s1");
    for (int i = 0; i < VALUES; i++) {
      JsonObject watched = client.watch(topic(i));
      assertTrue(watched.containsKey("ok"), watched::encode);
      assertEquals(topic(i), client.next().getString("topic"));
    }
    return client;
  }

  /** Receives the values of all topics, each of a version. */
  private static void assertReceived(String version, SocketClient client) throws Exception {
    Set<String> received = new HashSet<>();
    while (received.size() < VALUES) {
      JsonObject frame = client.next();
      if (frame.getJsonObject("data").getString("v").equals(version)) {
        received.add(frame.getString("topic"));
      }
    }
    assertEquals("pong", client.ask("ping").getString("ok"));
  }

  @Test
  void valuesWatchedInOneSegment_areSentAsTheSocketHasRoom() throws Exception {
    first();
    try (RawSocket socket = RawSocket.open(router.port())) {
      socket.send(text("{\"op\":\"hello\",\"session\":\"s1\",\"id\":\"end\"}"));
      socket.received();
      byte[] watches = new byte[0];
      for (int i = 0; i < VALUES; i++) {
        watches =
            RawSocket.joined(
                watches,
                text("{\"op\":\"watch\",\"id\":" + i + ",\"topic\":\"" + topic(i) + "\"}"));
      }
      socket.send(watches);
      int values = 0;
      int answers = 0;
      while (values < VALUES || answers < VALUES) {
        String message = socket.next();
        assertFalse(message.startsWith("close"), message);
        values += message.contains("\"event\":\"cache\"") ? 1 : 0;
        answers += message.startsWith("ok ") ? 1 : 0;
      }
      socket.send(text("{\"op\":\"ping\",\"id\":\"end\"}"));
      assertEquals(List.of(), socket.received());
    }
  }

  private static byte[] text(String json) {
    return RawSocket.frame(RawSocket.TEXT, json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void resumedValues_areSentAsTheSocketHasRoom() throws Exception {
    first();
    for (int i = 0; i < VALUES; i++) {
      router.realm().put("c" + i, "{\"v\":\"1\",\"x\":\"" + LARGE + "\"}", true);
    }
    for (boolean statuses : List.of(false, true)) {
      JsonObject offsets = new JsonObject();
      for (int i = 0; i < VALUES; i++) {
        offsets.put(statuses ? "status/crawl/c" + i : topic(i), null);
      }
      SocketClient client = router.open();
      client.ask(
          new JsonObject()
              .put("op", "hello")
              .put("session", "s1")
              .put("resume", new JsonObject().put("offsets", offsets)));
      assertReceived("1", client);
    }
  }

  @Test
  void valuesThatChangeTogether_areSentAsTheSocketHasRoom() throws Exception {
    SocketClient client = first();
    put("2");
    assertReceived("2", client);
  }

  @Test
  void valueThatWaits_isReplacedByANewerOne() throws Exception {
    SocketClient client = first();
    client.socket().pause();
    for (int i = 2; i < 8; i++) {
      put(String.valueOf(i));
      String seen = String.valueOf(i);
      SocketClient other = router.greeted("s1");
      other.watch(topic(0));
      while (!other.next().getJsonObject("data").getString("v").equals(seen)) {
        // An older value comes first.
      }
      other.close();
    }
    client.socket().resume();
    assertReceived("7", client);
  }

  private SocketClient resumed(JsonObject offsets) throws Exception {
    SocketClient client = router.open();
    client.ask(
        new JsonObject()
            .put("op", "hello")
            .put("session", "s1")
            .put("resume", new JsonObject().put("epoch", "1").put("offsets", offsets)));
    return client;
  }

  @Test
  void firstMessagesOfHistories_areSentAsTheSocketHasRoom() throws Exception {
    JsonObject offsets = new JsonObject();
    for (int i = 0; i < VALUES; i++) {
      router.realm().histories.put("h" + i, Document.of("{\"x\":\"" + LARGE + "\"}"));
      offsets.put("history/h" + i, null);
    }
    SocketClient client = resumed(offsets);
    Set<String> received = new HashSet<>();
    while (received.size() < VALUES) {
      received.add(client.next().getString("topic"));
    }
    assertEquals(offsets.fieldNames(), received);
    assertEquals("pong", client.ask("ping").getString("ok"));
  }

  @Test
  void missedChangesOfAStatus_areSentAsTheSocketHasRoom_inTheirOrder() throws Exception {
    for (int i = 1; i <= 2 * VALUES; i++) {
      router.realm().put("c1", "{\"n\":" + i + ",\"x\":\"" + LARGE + "\"}", true);
    }
    SocketClient client = resumed(new JsonObject().put("status/crawl/c1", "1-0"));
    for (int i = 2; i <= 2 * VALUES; i++) {
      assertEquals(i, client.next().getJsonObject("data").getInteger("n"));
    }
    assertEquals("pong", client.ask("ping").getString("ok"));
  }
}
