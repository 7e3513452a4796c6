package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.ListenerAsks.ListenersChanged;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.router.realtime.CloseCode;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The ends of sockets: with their session, by slow reading, with the node. */
class SocketLifeTest {

  @RegisterExtension
  final RunningRealtime router =
      new RunningRealtime(
          RunningRealtime.patience(Duration.ofSeconds(25), Duration.ofSeconds(10), 1 << 14));

  private static void assertClosed(CloseCode code, SocketClient client) throws Exception {
    assertEquals(new SocketClient.Closed(code.number(), code.reason()), client.closed());
  }

  @Test
  void aSessionThatEnds_closesItsSocketsAndSaysWhy() throws Exception {
    for (Ending ending : Ending.values()) {
      router.realm().sessions.add("other");
      SocketClient other = router.greeted("other");
      List<SocketClient> both = List.of(router.greeted("s1"), router.greeted("s1"));
      router.publish(new SessionEnded("aethercast", "s1", null, ending));
      CloseCode code =
          switch (ending) {
            case LOGOUT -> CloseCode.SESSION_ENDED;
            case ROTATED -> CloseCode.SESSION_ROTATED;
            case REPLACED -> CloseCode.SESSION_REPLACED;
          };
      for (SocketClient socket : both) {
        assertClosed(code, socket);
      }
      assertEquals("pong", other.ask("ping").getString("ok"));
    }
    SocketClient last = router.greeted("s1");
    router.publish(new SessionExpired("aethercast", "s1", null));
    assertClosed(CloseCode.SESSION_EXPIRED, last);
  }

  /** The end of a session without an event is found when leases are renewed. */
  @Test
  void anEndWithoutANotification_isFound() throws Exception {
    SocketClient client = router.greeted("s1");
    router.realm().sessions.remove("s1");
    assertClosed(CloseCode.SESSION_UNKNOWN, client);
  }

  /** A socket that joined after its close would stay registered for ever. */
  @Test
  void clientThatLeavesWhileItsTicketIsRedeemed_joinsNoSession() throws Exception {
    Promise<Void> late = Promise.promise();
    router.realm().redemption = late.future();
    router.realm().tickets.put("t1", "s1");
    SocketClient client =
        SocketClient.open(
            router.vertx(),
            SocketClient.options(router.port()).setURI(SocketClient.REALTIME + "?ticket=t1"));
    client.send("{\"op\":\"hello\"}");
    Awaitility.await().until(() -> router.realm().tickets.isEmpty());
    client.close();
    Awaitility.await()
        .until(() -> router.metrics().matches("(?s).*aetherkeep_sockets_open\\{[^}]*} 0.*"));
    late.complete();
    JsonObject other = router.open().hello("s1").getJsonObject("ok");
    assertEquals(List.of(other.getString("connection")), List.copyOf(router.realm().joined));
  }

  /** Pending counts are replaced by newer ones; changes of a status may not be. */
  @Test
  void whoReadsSlowly_getsTheNewestCount_andIsLetGoWhenChangesPileUp() throws Exception {
    router.realm().put("c1", "{\"n\":0}", true);
    SocketClient client = router.greeted("s1");
    client.watch("listeners/p1");
    client.watch("status/crawl/c1");
    client.socket().pause();
    String much = "x".repeat(50_000);
    for (int i = 1; i <= 400; i++) {
      router.realm().put("c1", "{\"x\":\"" + much + "\"}", true);
      router.realm().listeners.put("p1", (long) i);
      router.publish(new ListenersChanged("aethercast", "p1", i, i));
    }
    Awaitility.await()
        .until(() -> router.metrics().contains("aetherkeep_socket_closes_total{code=\"4000\"} 1"));
    // The client does not read the close either, and is cut off after a while.
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> router.metrics().matches("(?s).*aetherkeep_sockets_open\\{[^}]*} 0.*"));
    client.socket().resume();
    assertTrue(List.of(1006, 4000).contains(client.closed().code()));
  }

  @Test
  void aNodeThatStops_saysAfterHowLongToComeBack() throws Exception {
    List<SocketClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(router.greeted("s1"));
    }
    router.undeploy();
    List<String> reasons = new ArrayList<>();
    for (SocketClient client : clients) {
      assertEquals(1012, client.closed().code());
      assertTrue(client.closed().reason().matches("restart [0-9]{3,4}"), client.closed().reason());
      reasons.add(client.closed().reason());
    }
    assertTrue(reasons.stream().distinct().count() > 5, reasons::toString);
    Awaitility.await().until(() -> router.realm().connections.isEmpty());
  }

  @Test
  void closes_areCountedByTheirCode() throws Exception {
    SocketClient client = router.greeted("s1");
    client.socket().close((short) 1000);
    Awaitility.await()
        .until(() -> router.metrics().contains("aetherkeep_socket_closes_total{code=\"1000\"} 1"));
    JsonObject refused = router.open().hello("nobody");
    assertEquals("session-unknown", SocketClient.error(refused));
    Awaitility.await()
        .until(() -> router.metrics().contains("aetherkeep_socket_closes_total{code=\"4504\"} 1"));
  }
}
