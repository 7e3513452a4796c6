package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static io.aetherkeep.router.RunningRouter.head;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.access.identity.AccessSettings.Rate;
import io.aetherkeep.router.access.identity.Scope;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Requests that are answered before their body is read, which turns out to be invalid: the
 * connection ends, and no part of the body is parsed as another request.
 */
final class UnreadBodyTest {

  private static final String T1 = TOPICS + "/t1";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final KnownCallers CALLERS = KnownCallers.fresh();
  private static final String KEY = CALLERS.key("aethercast", Scope.READ, Scope.WRITE);
  private static final String BUSY = CALLERS.key("aethercast", Scope.READ, Scope.WRITE);
  private static final String AS = "X-API-Key: " + KEY + "\r\n";

  /** A smuggled request, which would be executed if it were parsed as one. */
  private static final String SMUGGLED = head("DELETE", TOPICS + "/smuggled") + AS + "\r\n";

  @RegisterExtension
  static final RunningRouter ROUTER =
      RunningRouter.with(() -> CALLERS.settings(new Rate(1, 50), new Rate(0, 100)));

  /** A request with a broken body, on a connection of its own. */
  private record Sent(int status, String request, Socket socket) {

    static Sent of(int status, String request, String chunks) throws Exception {
      Socket socket = RawAnswer.open(ROUTER.port());
      socket.getOutputStream().write((request + CHUNKED + chunks + SMUGGLED).getBytes(ISO_8859_1));
      return new Sent(status, request, socket);
    }

    RawAnswer answer() throws Exception {
      return request.startsWith("HEAD") ? RawAnswer.headFrom(socket) : RawAnswer.from(socket);
    }

    void isAnswered() throws Exception {
      RawAnswer answer = answer();
      assertEquals(status, answer.status(), () -> request + answer.body());
    }

    void ends() throws Exception {
      try (socket) {
        assertEquals(-1, socket.getInputStream().read(), request);
      }
    }
  }

  /** Asserts that all connections end after a while. */
  private static void end(Sent... all) throws Exception {
    for (Sent each : all) {
      each.isAnswered();
    }
    for (Sent each : all) {
      each.ends();
    }
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @Test
  void brokenBodies_ofRequestsWithoutCredentials_endTheirConnections() throws Exception {
    String put = head("PUT", T1) + JSON;
    end(
        Sent.of(401, put, "zz\r\n"),
        Sent.of(401, put, "100000000\r\n"),
        Sent.of(401, put, "2\r\n{}x\r\n0\r\n\r\n"),
        Sent.of(401, put, "2\n{}\n0\n\n"),
        Sent.of(401, put, "\r\n"));
  }

  @Test
  void brokenBodies_ofUnknownRoutes_endTheirConnections() throws Exception {
    end(
        Sent.of(404, head("PUT", "/nowhere") + AS + JSON, "zz\r\n"),
        Sent.of(405, head("POST", T1) + AS + JSON, "zz\r\n"),
        Sent.of(405, head("PUT", "/health/live") + AS + JSON, "zz\r\n"));
  }

  @Test
  void brokenBodies_thatAreNotWanted_endTheirConnections() throws Exception {
    end(
        Sent.of(200, head("GET", "/client.js"), "zz\r\n"),
        Sent.of(200, head("HEAD", "/client.js"), "zz\r\n"),
        Sent.of(204, head("OPTIONS", "*"), "zz\r\n"),
        Sent.of(415, head("PUT", T1) + AS + "Content-Type: text/plain\r\n", "zz\r\n"));
  }

  @Test
  void brokenBody_thatIsTooLarge_endsTheConnection() throws Exception {
    String large = "110000\r\n" + "x".repeat(0x110000) + "\r\nzz\r\n";
    end(Sent.of(413, head("PUT", T1) + AS + JSON, large));
  }

  @Test
  void brokenBody_ofWhoAsksTooOften_endsTheConnection() throws Exception {
    String as = "X-API-Key: " + BUSY + "\r\n";
    String empty = head("PUT", T1) + as + "Content-Length: 0\r\n\r\n";
    // A token is added each second, so that more requests than the burst may be granted.
    await()
        .until(
            () -> {
              await().until(() -> ROUTER.raw(empty).status() == 429);
              ROUTER.neighbour().forget();
              Sent sent = Sent.of(429, head("PUT", T1) + as + JSON, "zz\r\n");
              int status = sent.answer().status();
              sent.ends();
              return status == 429;
            });
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }
}
