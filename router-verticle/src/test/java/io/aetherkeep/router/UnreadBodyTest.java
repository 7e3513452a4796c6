package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static io.aetherkeep.router.RunningRouter.head;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.access.AccessSettings.Rate;
import io.aetherkeep.router.access.Scope;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that are answered before their body is read, which then turns out to be none: the
 * connection ends, and nothing of the body is taken for the next request.
 */
final class UnreadBodyTest {

  private static final String T1 = TOPICS + "/t1";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final KnownCallers CALLERS = KnownCallers.fresh();
  private static final String KEY = CALLERS.key("aethercast", Scope.READ, Scope.WRITE);
  private static final String BUSY = CALLERS.key("aethercast", Scope.READ, Scope.WRITE);
  private static final String AS = "X-API-Key: " + KEY + "\r\n";

  /** A request that would be carried out, were it taken for one. */
  private static final String SMUGGLED = head("DELETE", TOPICS + "/smuggled") + AS + "\r\n";

  @RegisterExtension
  static final RunningRouter ROUTER =
      RunningRouter.with(() -> CALLERS.settings(new Rate(1, 50), new Rate(0, 100)));

  private static void endsAfter(int status, String request, String chunks) throws Exception {
    try (Socket socket = RawAnswer.open(ROUTER.port())) {
      socket.getOutputStream().write((request + CHUNKED + chunks + SMUGGLED).getBytes(ISO_8859_1));
      RawAnswer answer =
          request.startsWith("HEAD") ? RawAnswer.headFrom(socket) : RawAnswer.from(socket);
      assertEquals(status, answer.status(), answer.body());
      assertEquals(-1, socket.getInputStream().read());
    }
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"zz\r\n", "100000000\r\n", "2\r\n{}x\r\n0\r\n\r\n", "2\n{}\n0\n\n", "\r\n"})
  void brokenBody_ofARequestWithoutCredentials_endsTheConnection(String chunks) throws Exception {
    endsAfter(401, head("PUT", T1) + JSON, chunks);
  }

  @Test
  void brokenBody_ofAnUnknownRoute_endsTheConnection() throws Exception {
    endsAfter(404, head("PUT", "/nowhere") + AS + JSON, "zz\r\n");
    endsAfter(405, head("POST", T1) + AS + JSON, "zz\r\n");
    endsAfter(405, head("PUT", "/health/live") + AS + JSON, "zz\r\n");
  }

  @Test
  void brokenBody_thatIsNotWanted_endsTheConnection() throws Exception {
    endsAfter(200, head("GET", "/client.js"), "zz\r\n");
    endsAfter(200, head("HEAD", "/client.js"), "zz\r\n");
    endsAfter(204, head("OPTIONS", "*"), "zz\r\n");
    endsAfter(415, head("PUT", T1) + AS + "Content-Type: text/plain\r\n", "zz\r\n");
  }

  @Test
  void brokenBody_thatIsTooLarge_endsTheConnection() throws Exception {
    String large = "110000\r\n" + "x".repeat(0x110000) + "\r\nzz\r\n";
    endsAfter(413, head("PUT", T1) + AS + JSON, large);
  }

  @Test
  void brokenBody_ofWhoAsksTooOften_endsTheConnection() throws Exception {
    String as = "X-API-Key: " + BUSY + "\r\n";
    for (int i = 0; i < 60; i++) {
      ROUTER.raw(head("PUT", T1) + as + "Content-Length: 0\r\n\r\n");
    }
    ROUTER.neighbour().forget();
    endsAfter(429, head("PUT", T1) + as + JSON, "zz\r\n");
  }
}
