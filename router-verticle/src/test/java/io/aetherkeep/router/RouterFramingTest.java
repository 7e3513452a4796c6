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

/** Framing of request bodies. */
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

  /** Requests that two parsers could end in different places, or understand differently. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 2",
        "content-length: 2\r\ntransfer-ENCODING: CHUNKED",
        "Content-Length: 0\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked;x=y",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: identity",
        "Transfer-Encoding:",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\u000b: chunked",
        "Transfer-Encoding: \u000bchunked",
        "Content-Length : 2",
        "Content-Length: 2\r\nContent-Length: 2, 2",
        "Cache-Tags: a,\r\n Content-Length: 3\r\nContent-Length: 2",
        "Host: other",
        "X: a\nContent-Length: 2",
        "X: a\rContent-Length: 2",
        "X: a\u0000b",
        "X y: b",
        ": b",
        "no colon",
        "nocolon",
      })
  void headThatIsReadInTwoWays_isAProblem(String fields) throws Exception {
    String put = head("PUT", T1) + JSON + fields + "\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    ProblemDocument.in(ROUTER.raw(put)).is(400, "invalid-request");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PUT %s HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        "PUT %s HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "PUT %s HTTP/1.1\nHost: localhost\n\n",
        "PUT %s HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "PUT %s HTTP/1.1\r\n Host: localhost\r\n\r\n",
        "PUT %s HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "PUT %s\r\n\r\n",
      })
  void requestThatIsNone_isAProblem(String request) throws Exception {
    ProblemDocument.in(ROUTER.raw(request.formatted(T1))).is(400, "invalid-request");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  /** No part of one request is parsed as another. */
  @Test
  void whatComesAfterARefusedRequest_isNotRead() throws Exception {
    String smuggled =
        head("PUT", T1)
            + JSON
            + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\n"
            + head("DELETE", T1)
            + "\r\n";
    try (Socket socket = RawAnswer.open(ROUTER.port())) {
      socket.getOutputStream().write(smuggled.getBytes(StandardCharsets.US_ASCII));
      assertEquals(400, RawAnswer.from(socket).status());
      assertEquals(-1, socket.getInputStream().read());
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
