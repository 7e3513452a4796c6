package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.realtime.CloseCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Handshakes and messages of the WebSocket: what is accepted, and the answers to the rest. */
class SocketProtocolTest {

  @RegisterExtension final RunningRealtime router = RunningRealtime.usual();

  private void assertClosed(CloseCode code, SocketClient client) throws Exception {
    assertEquals(new SocketClient.Closed(code.number(), code.reason()), client.closed());
  }

  private void assertRefused(int status, String code, UpgradeRejectedException refused) {
    assertEquals(status, refused.getStatus());
    assertEquals(code, new JsonObject(refused.getBody()).getString("code"));
  }

  @Test
  void handshake_takesTheSubprotocolAndNoCompression() throws Exception {
    SocketClient client =
        SocketClient.open(
            router.vertx(),
            SocketClient.options(router.port())
                .addHeader("Sec-WebSocket-Extensions", "permessage-deflate"));
    assertEquals("aetherkeep.v1", client.socket().subProtocol());
    assertFalse(client.socket().headers().contains("Sec-WebSocket-Extensions"));
  }

  @Test
  void handshake_withoutTheSubprotocol_isRefused() throws Exception {
    for (List<String> offered : List.of(List.<String>of(), List.of("aetherkeep.v2"))) {
      assertRefused(
          400,
          "subprotocol-unknown",
          SocketClient.refused(
              router.vertx(), SocketClient.options(router.port()).setSubProtocols(offered)));
    }
  }

  @Test
  void handshake_inASpaceThatIsNone_isRefused() throws Exception {
    assertRefused(
        404,
        "space-unknown",
        SocketClient.refused(
            router.vertx(),
            SocketClient.options(router.port()).setURI("/api/v1/nowhere/realtime")));
  }

  @Test
  void handshake_fromAForeignPage_isRefused() throws Exception {
    for (String origin : List.of("https://evil.example", "null", "http://127.0.0.1:1")) {
      assertRefused(
          403,
          "other-origin",
          SocketClient.refused(
              router.vertx(), SocketClient.options(router.port()).addHeader("Origin", origin)));
    }
    for (String origin : List.of("https://allowed.example", "http://127.0.0.1:" + router.port())) {
      SocketClient.open(
          router.vertx(), SocketClient.options(router.port()).addHeader("Origin", origin));
    }
  }

  @Test
  void plainGet_getsUpgradeRequired() throws Exception {
    var answer = router.get(SocketClient.REALTIME, Map.of());
    assertEquals(426, answer.statusCode());
    assertEquals("websocket", answer.getHeader("Upgrade"));
  }

  @Test
  void hello_answersWhatAClientNeeds() throws Exception {
    SocketClient client = router.open();
    JsonObject ok = client.hello("s1").getJsonObject("ok");
    assertEquals(16, ok.getString("connection").length());
    assertEquals(25, ok.getValue("heartbeatSeconds"));
    assertEquals("1", ok.getString("epoch"));
    assertEquals(0, ok.getValue("seq"));
    assertEquals(new JsonObject(), ok.getJsonObject("recovered"));
    assertTrue(router.realm().connections.contains(ok.getString("connection")));
  }

  @Test
  void hello_takesATicketOnce() throws Exception {
    router.realm().tickets.put("t1", "s1");
    var options = SocketClient.options(router.port()).setURI(SocketClient.REALTIME + "?ticket=t1");
    assertTrue(SocketClient.open(router.vertx(), options).ask("hello").containsKey("ok"));
    SocketClient second = SocketClient.open(router.vertx(), options);
    assertEquals("ticket-unknown", SocketClient.error(second.ask("hello")));
    assertClosed(CloseCode.SESSION_UNKNOWN, second);
  }

  @Test
  void hello_ofASessionThatDoesNotLive_isTheEnd() throws Exception {
    SocketClient client = router.open();
    assertEquals("session-unknown", SocketClient.error(client.hello("nobody")));
    assertClosed(CloseCode.SESSION_UNKNOWN, client);
  }

  @Test
  void hello_whileRedisIsAway_mayBeSaidAgain() throws Exception {
    router.realm().redisIsAway = true;
    SocketClient client = router.open();
    JsonObject refused = client.hello("s1");
    assertEquals("redis-unavailable", SocketClient.error(refused));
    assertTrue(refused.getJsonObject("error").getBoolean("retry"));
    router.realm().redisIsAway = false;
    assertEquals("wrong-order", SocketClient.error(client.hello("another")));
    assertTrue(client.hello("s1").containsKey("ok"));
  }

  @Test
  void order_isHelloThenTheRest() throws Exception {
    SocketClient client = router.open();
    assertEquals("pong", client.ask("ping").getString("ok"));
    assertEquals("wrong-order", SocketClient.error(client.watch("playback")));
    assertEquals("invalid-body", SocketClient.error(client.ask("hello")));
    client.hello("s1");
    assertEquals("wrong-order", SocketClient.error(client.hello("s1")));
    assertEquals("pong", client.ask("ping").getString("ok"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ | invalid-body |",
        "[] | invalid-body |",
        "null | invalid-body |",
        "{\"op\":1} | op-unknown |",
        "{\"id\":\"x\"} | invalid-body | x",
        "{\"op\":\"ping\",\"id\":\"x\",\"nope\":1} | invalid-body | x",
        "{\"op\":\"ping\",\"id\":{}} | invalid-body |",
        "{\"op\":\"dance\",\"id\":\"x\"} | op-unknown | x",
        "{\"op\":\"watch\",\"id\":\"x\"} | invalid-body | x",
        "{\"op\":\"watch\",\"topic\":\"nothing\",\"id\":\"x\"} | topic-unknown | x",
        "{\"op\":\"watch\",\"topic\":\"status/crawl\",\"id\":\"x\"} | topic-unknown | x",
        "{\"op\":\"unwatch\",\"topic\":\"session\",\"id\":\"x\"} | topic-unknown | x",
        "{\"op\":\"play\",\"id\":\"x\"} | invalid-body | x",
        "{\"op\":\"seek\",\"id\":\"x\"} | invalid-body | x",
        "{\"op\":\"play\",\"podcast\":\"p\",\"positionMs\":\"1\",\"id\":\"x\"} | invalid-body | x",
        "{\"op\":\"play\",\"podcast\":\"p\",\"podcastId\":\"q\",\"id\":\"x\"} | invalid-body | x",
      })
  void whatIsNotUnderstood_isAnsweredAndTheSocketStays(String text, String code, String id)
      throws Exception {
    SocketClient client = router.greeted("s1");
    client.send(text);
    JsonObject answer = client.next();
    assertEquals(code, SocketClient.error(answer));
    assertEquals(id, answer.getString("re"));
    assertEquals("pong", client.ask("ping").getString("ok"));
  }

  @Test
  void anId_mayBeANumber() throws Exception {
    SocketClient client = router.open();
    client.send("{\"op\":\"ping\",\"id\":7}");
    assertEquals("{\"re\":7,\"ok\":\"pong\"}", client.next().encode());
    client.send("{\"op\":\"ping\"}");
    assertEquals("{\"event\":\"pong\"}", client.next().encode());
  }

  @Test
  void clientThatKeepsSendingNonsense_isDisconnected() throws Exception {
    SocketClient client = router.greeted("s1");
    for (int i = 0; i < 20; i++) {
      client.send("nonsense");
      assertEquals("invalid-body", SocketClient.error(client.next()));
    }
    assertClosed(CloseCode.PROTOCOL, client);
  }

  @Test
  void binaryFrame_isTheEnd() throws Exception {
    SocketClient client = router.greeted("s1");
    client.frame(WebSocketFrame.binaryFrame(Buffer.buffer("{}"), true));
    assertEquals("unsupported-media-type", SocketClient.error(client.next()));
    assertClosed(CloseCode.BINARY, client);
  }

  @Test
  void bytesThatAreNoUtf8_areTheEnd() throws Exception {
    SocketClient client = router.greeted("s1");
    client.frame(WebSocketFrame.textFrame("{\"op\":\"pi", false));
    client.frame(WebSocketFrame.continuationFrame(Buffer.buffer(new byte[] {(byte) 0xff}), true));
    assertEquals("invalid-body", SocketClient.error(client.next()));
    assertClosed(CloseCode.NOT_UTF_8, client);
  }

  @Test
  void fragments_areOneMessage() throws Exception {
    SocketClient client = router.greeted("s1");
    client.frame(WebSocketFrame.textFrame("{\"op\":", false));
    client.frame(WebSocketFrame.continuationFrame(Buffer.buffer("\"ping\""), false));
    client.frame(WebSocketFrame.pingFrame(Buffer.buffer("in between")));
    client.frame(WebSocketFrame.continuationFrame(Buffer.buffer(",\"id\":\"é\"}"), true));
    assertEquals("é", client.next().getString("re"));
  }

  @Test
  void manyFragments_areNoWayAroundTheLimit() throws Exception {
    SocketClient client = router.greeted("s1");
    client.frame(WebSocketFrame.textFrame("\"" + "x".repeat(40_000), false));
    client.frame(WebSocketFrame.continuationFrame(Buffer.buffer("x".repeat(40_000)), false));
    assertEquals("too-large", SocketClient.error(client.next()));
    assertClosed(CloseCode.TOO_LARGE, client);
  }

  @Test
  void aMessageOf64KiB_isTaken_aLongerFrameIsTheEnd() throws Exception {
    SocketClient client = router.greeted("s1");
    String frame = "{\"op\":\"ping\",\"id\":\"x\"";
    client.send(frame + " ".repeat(65536 - frame.length() - 1) + "}");
    assertEquals("x", client.next().getString("re"));
    client.send(frame + " ".repeat(65536 - frame.length()) + "}");
    assertEquals("too-large", SocketClient.error(client.next()));
    assertClosed(CloseCode.TOO_LARGE, client);
  }

  @Test
  void floodingClient_isWarned_thenDisconnected() throws Exception {
    SocketClient client = router.greeted("s1");
    // Frames are granted again as time passes, so that it floods until it is disconnected.
    Awaitility.await()
        .ignoreExceptions()
        .until(
            () -> {
              for (int i = 0; i < 150 && !client.isClosed(); i++) {
                client.send("{\"op\":\"ping\"}");
              }
              return client.isClosed();
            });
    while (!client.isSilent()) {
      JsonObject frame = client.next();
      if (frame.containsKey("error")) {
        assertEquals("rate-limited", SocketClient.error(frame));
      }
    }
    assertClosed(CloseCode.RATE_LIMITED, client);
  }

  /** A second may begin within the burst, which then is within the limit: another socket tries. */
  @Test
  void frameAboveTheLimitOfASecond_isRefusedUnderItsId() throws Exception {
    Awaitility.await()
        .until(
            () -> {
              SocketClient client = router.greeted("s1");
              for (int i = 0; i < 60; i++) {
                client.send("{\"op\":\"ping\",\"id\":" + i + "}");
              }
              int refused = 0;
              for (int i = 0; i < 60; i++) {
                JsonObject answer = client.next();
                assertEquals(i, answer.getValue("re"));
                refused += answer.containsKey("error") && isRateLimited(answer) ? 1 : 0;
              }
              return refused > 0;
            });
  }

  @Test
  void thePodcast_hasTheNameThatHttpGivesIt_too() throws Exception {
    SocketClient client = router.greeted("s1");
    for (String name : List.of("podcast", "podcastId")) {
      JsonObject played = client.ask(new JsonObject().put("op", "play").put(name, "of " + name));
      JsonObject playback = played.getJsonObject("ok").getJsonObject("playback");
      assertEquals("of " + name, playback.getString("podcastId"));
    }
  }

  /** A refused part of a message affects no other message. */
  @Test
  void aPartThatIsRefused_takesItsOwnMessageOnly() throws Exception {
    SocketClient client = router.greeted("s1");
    for (int i = 0; i < 20; i++) {
      client.frame(WebSocketFrame.textFrame("{\"op\":\"ping\",", false));
      client.frame(WebSocketFrame.continuationFrame(Buffer.buffer("\"id\":"), false));
      client.frame(WebSocketFrame.continuationFrame(Buffer.buffer(i + "}"), true));
    }
    Awaitility.await()
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              client.send("{\"op\":\"ping\",\"id\":\"last\"}");
              JsonObject frame = client.next();
              while (!"last".equals(frame.getValue("re")) && !client.isSilent()) {
                assertTrue(frame.containsKey("ok") || isRateLimited(frame), frame::encode);
                frame = client.next();
              }
              return "last".equals(frame.getValue("re"));
            });
  }

  private static boolean isRateLimited(JsonObject frame) {
    return SocketClient.error(frame).equals("rate-limited");
  }

  /** Sends more frames than a second admits; returns whether the last ones were refused. */
  private static boolean exceedsLimit(SocketClient client) throws Exception {
    for (int i = 0; i < 60; i++) {
      client.send("{\"op\":\"ping\",\"id\":" + i + "}");
    }
    client.send("{\"op\":\"unwatch\",\"topic\":\"listeners/p1\"}");
    JsonObject answer = client.next();
    while (!Integer.valueOf(59).equals(answer.getValue("re"))) {
      answer = client.next();
    }
    return answer.containsKey("error");
  }

  /** A client whose unwatch was dropped would go on to receive the topic. */
  @Test
  void unwatchAboveTheLimitOfASecond_isTaken() throws Exception {
    SocketClient client = router.greeted("s1");
    client.watch("listeners/p1");
    while (!exceedsLimit(client)) {
      client = router.greeted("s1");
      client.watch("listeners/p1");
    }
    AtomicReference<SocketClient> limited = new AtomicReference<>(client);
    AtomicReference<JsonObject> again = new AtomicReference<>();
    Awaitility.await()
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              again.set(limited.get().watch("listeners/p1"));
              return !isRateLimited(again.get());
            });
    assertTrue(again.get().containsKey("ok"), again::toString);
  }
}
