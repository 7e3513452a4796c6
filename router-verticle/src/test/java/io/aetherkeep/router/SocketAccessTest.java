package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.access.identity.Scope;
import io.aetherkeep.router.watch.topic.TopicName;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Permissions for sockets: every op and every topic of the contract. */
class SocketAccessTest {

  private static final KnownCallers CALLERS = KnownCallers.fresh();
  private static final String RIGHT = CALLERS.key("aethercast");
  private static final String OF_ANOTHER_SPACE = CALLERS.key("council");
  private static final String EXPIRED = CALLERS.expiredKey("aethercast");
  private static final String READ_ONLY = CALLERS.key("aethercast", Scope.READ);
  private static final String WRITE_ONLY = CALLERS.key("aethercast", Scope.WRITE);

  @RegisterExtension
  final RunningRealtime router = RunningRealtime.usual().asking(CALLERS.settings().access());

  private WebSocketConnectOptions with(String credential) {
    return SocketClient.options(router.port()).addHeader("Authorization", "Bearer " + credential);
  }

  private SocketClient open(String credential) throws Exception {
    return SocketClient.open(router.vertx(), with(credential));
  }

  private SocketClient openWithTicket(String ticket) throws Exception {
    return SocketClient.open(
        router.vertx(),
        SocketClient.options(router.port()).setURI(SocketClient.REALTIME + "?ticket=" + ticket));
  }

  private void refused(int status, String code, WebSocketConnectOptions options) throws Exception {
    UpgradeRejectedException refusal = SocketClient.refused(router.vertx(), options);
    assertEquals(status, refusal.getStatus());
    assertEquals(code, new JsonObject(refusal.getBody()).getString("code"));
  }

  /** The topics of the AsyncAPI document, with sample ids. */
  private static List<String> topics() throws Exception {
    try (InputStream in = SocketAccessTest.class.getResourceAsStream("asyncapi.json")) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .getJsonArray("x-topics").stream()
              .map(topic -> ((JsonObject) topic).getString("topic"))
              .map(topic -> topic.replace("{kind}", "podcast").replace("{session}", "s1"))
              .map(topic -> topic.replace("{types}", "*"))
              .map(topic -> topic.replaceAll("\\{[a-zA-Z]+}", "x"))
              .toList();
    }
  }

  private static boolean endUsersWatch(String topic) {
    return TopicName.of("aethercast", "s1", topic).kind().need().reach() != Need.Reach.SPACE;
  }

  @Test
  void handshake_isForThoseWhoSayWhoTheyAre() throws Exception {
    refused(401, "no-credentials", SocketClient.options(router.port()));
    refused(401, "bad-credentials", with("ak_nothing"));
    refused(401, "expired-credentials", with(EXPIRED));
    refused(403, "other-space", with(OF_ANOTHER_SPACE));
    refused(403, "missing-scope", with(WRITE_ONLY));
  }

  @Test
  void aService_doesAllThereIs() throws Exception {
    SocketClient client = open(RIGHT);
    client.hello("s1");
    for (String op : List.of("play", "pause", "stop")) {
      JsonObject answer = client.ask(new JsonObject().put("op", op).put("podcast", "p1"));
      assertTrue(answer.containsKey("ok"), answer::encode);
    }
    for (String topic : topics()) {
      assertNotAccess(SocketClient.error(client.watch(topic)));
      client.ask(new JsonObject().put("op", "unwatch").put("topic", topic));
    }
  }

  private static void assertNotAccess(String code) {
    assertNotEquals("missing-scope", code);
    assertNotEquals("other-session", code);
    assertNotEquals("other-space", code);
  }

  @Test
  void aReader_watchesAndPlaysNothing() throws Exception {
    SocketClient client = open(READ_ONLY);
    client.hello("s1");
    for (String op : List.of("play", "pause", "stop")) {
      JsonObject ask = new JsonObject().put("op", op).put("podcast", "p1");
      assertEquals("missing-scope", SocketClient.error(client.ask(ask)));
    }
    for (String op : List.of("seek", "progress")) {
      JsonObject ask = new JsonObject().put("op", op).put("podcast", "p1").put("positionMs", 1);
      assertEquals("missing-scope", SocketClient.error(client.ask(ask)));
    }
    for (String topic : topics()) {
      assertNotAccess(SocketClient.error(client.watch(topic)));
      client.ask(new JsonObject().put("op", "unwatch").put("topic", topic));
    }
  }

  @Test
  void anEndUser_reachesOnlyTheirOwnSession() throws Exception {
    String token =
        CALLERS.token("{\"space\":\"aethercast\",\"scope\":\"read write\",\"session\":\"s1\"}");
    SocketClient client = open(token);
    assertEquals("other-session", SocketClient.error(client.hello("s2")));
    assertTrue(client.hello("s1").containsKey("ok"));
    assertTopicsOfAnEndUser(client);
  }

  @Test
  void aTicket_isWorthItsSession() throws Exception {
    router.realm().tickets.put("t1", "s1");
    SocketClient client = openWithTicket("t1");
    assertTrue(client.ask("hello").containsKey("ok"));
    JsonObject play = new JsonObject().put("op", "play").put("podcast", "p1");
    assertTrue(client.ask(play).containsKey("ok"));
    assertTopicsOfAnEndUser(client);
    assertEquals(4504, afterHello(openWithTicket("t1")).closed().code());
  }

  @Test
  void aTicket_isWorthNoMoreThanItWasBoughtWith() throws Exception {
    for (String[] scopes : new String[][] {{"read", "missing-scope"}, {"write", ""}}) {
      router.realm().tickets.put("t2", "s1");
      router
          .realm()
          .credentials
          .put("t2", "scopes=" + scopes[0] + " key " + KnownCallers.idOf(RIGHT));
      SocketClient client = openWithTicket("t2");
      assertTrue(client.ask("hello").containsKey("ok"), scopes[0]);
      JsonObject play = new JsonObject().put("op", "play").put("podcast", "p1");
      JsonObject played = client.ask(play);
      assertEquals(scopes[1].isEmpty(), played.containsKey("ok"), played::encode);
      assertFalse(played.encode().contains("podcastId"), played::encode);
      boolean reads = scopes[0].equals("read");
      JsonObject watched = client.watch("listeners/p1");
      assertEquals(reads, watched.containsKey("ok"), watched::encode);
    }
  }

  private static SocketClient afterHello(SocketClient client) throws Exception {
    client.send("{\"op\":\"hello\"}");
    return client;
  }

  private static void assertTopicsOfAnEndUser(SocketClient client) throws Exception {
    for (String topic : topics()) {
      String code = SocketClient.error(client.watch(topic));
      if (endUsersWatch(topic)) {
        assertNotAccess(code);
        client.ask(new JsonObject().put("op", "unwatch").put("topic", topic));
      } else {
        assertEquals("other-session", code, topic);
      }
    }
  }

  @Test
  void whatIsResumed_isLookedAtAsWell() throws Exception {
    router.realm().tickets.put("t1", "s1");
    SocketClient client = openWithTicket("t1");
    JsonObject answer =
        client.ask(
            new JsonObject()
                .put("op", "hello")
                .put(
                    "resume",
                    new JsonObject()
                        .put("epoch", "1")
                        .put("offsets", new JsonObject().put("providers", "1"))));
    JsonObject failed = answer.getJsonObject("ok").getJsonObject("failed");
    assertEquals("other-session", failed.getJsonObject("providers").getString("code"));
  }
}
