package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static io.aetherkeep.router.RunningRouter.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.CacheAsks.Written;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the router tells where a body begins and ends. */
final class RouterFramingTest {

  private static final String T1 = TOPICS + "/t1";
  private static final String JSON = "Content-Type: application/json\r\n";

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 2\r\nContent-Length: 3",
        "Content-Length: 2, 3",
        "Content-Length: +2",
        "Content-Length: -2",
        "Content-Length: 0x2",
        "Content-Length: 99999999999999999999"
      })
  void lengthThatIsNone_isAProblem(String lengths) throws Exception {
    ProblemDocument.in(ROUTER.raw(head("PUT", T1) + JSON + lengths + "\r\n\r\n{}"))
        .is(400, "invalid-request");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  /** Vert.x ends the connection before anybody could answer. */
  @Test
  void chunkThatIsNone_isNeverPartOfABody() throws Exception {
    String chunked = "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n0\r\n\r\n";
    try (Socket socket = RawAnswer.open(ROUTER.port())) {
      socket
          .getOutputStream()
          .write((head("PUT", T1) + JSON + chunked).getBytes(StandardCharsets.US_ASCII));
      assertEquals("", new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @Test
  void expectation_isMetBeforeTheBodyComes() throws Exception {
    ROUTER.neighbour().answers(new Written("7-2", true));
    try (Socket socket = RawAnswer.open(ROUTER.port())) {
      String expects = "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n";
      socket
          .getOutputStream()
          .write((head("PUT", T1) + JSON + expects).getBytes(StandardCharsets.US_ASCII));
      assertEquals(100, RawAnswer.headFrom(socket).status());
      socket.getOutputStream().write("{}".getBytes(StandardCharsets.US_ASCII));
      assertEquals(201, RawAnswer.from(socket).status());
    }
    assertEquals("{}", ((WriteEntry) ROUTER.neighbour().asked()).value().toString());
  }

  @Test
  void expectation_isRefusedBeforeABodyThatIsTooLargeComes() throws Exception {
    String expects = "Content-Length: 2000000\r\nExpect: 100-continue\r\n\r\n";
    ProblemDocument.in(ROUTER.raw(head("PUT", T1) + JSON + expects)).is(413, "too-large");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }
}
