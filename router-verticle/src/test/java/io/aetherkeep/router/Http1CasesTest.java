package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.CacheAsks.Written;
import java.net.Socket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Cases of HTTP/1.1 framing on a raw socket: each is one request, or is answered with a problem
 * document and the end of the connection. What follows is never parsed as another request.
 */
final class Http1CasesTest {

  private static final String T1 = TOPICS + "/t1";
  private static final String FIRST = "PUT " + T1 + " HTTP/1.1\r\n";
  private static final String HEAD =
      FIRST + "Host: localhost\r\nContent-Type: application/json\r\n";
  private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n";

  /** A smuggled request, which would be executed if it were parsed as one. */
  private static final String SMUGGLED =
      "DELETE " + TOPICS + "/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  /** Chunked encodings of the body {@code {}}, up to the end of the request. */
  static final List<String> WHOLE =
      List.of(
          "2\r\n{}\r\n0\r\n\r\n",
          "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
          "00000002\r\n{}\r\n0\r\n\r\n",
          "2\r\n{}\r\n00000000\r\n\r\n",
          "2;name=value\r\n{}\r\n0\r\n\r\n",
          "2;name\r\n{}\r\n0;last\r\n\r\n",
          "2 ; name = value\r\n{}\r\n0\r\n\r\n",
          "2;a=\"b;c, \\\"d\\\"\";e=f\r\n{}\r\n0\r\n\r\n",
          "2;a=\"\"\r\n{}\r\n0\r\n\r\n",
          "2;" + "x".repeat(1000) + "\r\n{}\r\n0\r\n\r\n",
          "2\r\n{}\r\n0\r\nTrailer: x\r\nContent-Length: 99\r\nHost: other\r\n\r\n");

  /** Chunked bodies that another parser could end elsewhere. */
  static final List<String> BROKEN =
      List.of(
          "100000002\r\n{}\r\n0\r\n\r\n",
          "000000002\r\n{}\r\n0\r\n\r\n",
          "FFFFFFFF00000002\r\n{}\r\n0\r\n\r\n",
          "ffffffff\r\n{}\r\n0\r\n\r\n",
          "80000000\r\n{}\r\n0\r\n\r\n",
          "0x2\r\n{}\r\n0\r\n\r\n",
          "+2\r\n{}\r\n0\r\n\r\n",
          "-2\r\n{}\r\n0\r\n\r\n",
          " 2\r\n{}\r\n0\r\n\r\n",
          "2 \r\n{}\r\n0\r\n\r\n",
          "\r\n{}\r\n0\r\n\r\n",
          "zz\r\n{}\r\n0\r\n\r\n",
          "2_0\r\n{}\r\n0\r\n\r\n",
          "2\n{}\r\n0\r\n\r\n",
          "2\r{}\r\n0\r\n\r\n",
          "2;\r\n{}\r\n0\r\n\r\n",
          "2;=x\r\n{}\r\n0\r\n\r\n",
          "2;a=\r\n{}\r\n0\r\n\r\n",
          "2;a=\"b\r\n{}\r\n0\r\n\r\n",
          "2;a\n\r\n{}\r\n0\r\n\r\n",
          "2;a=\u0001\r\n{}\r\n0\r\n\r\n",
          "2;" + "x".repeat(2000) + "\r\n{}\r\n0\r\n\r\n",
          "x".repeat(2000),
          "2\r\n{}x\r\n0\r\n\r\n",
          "2\r\n{}\n0\r\n\r\n",
          "1\r\n{}\r\n0\r\n\r\n",
          "2\r\n{}\r\nzz\r\n0\r\n\r\n",
          "2\r\n{}\r\n0\r\nno colon\r\n\r\n",
          "2\r\n{}\r\n0\r\n: nameless\r\n\r\n",
          "2\r\n{}\r\n0\r\nx: a\nb: c\r\n\r\n",
          "2\r\n{}\r\n0\r\nx y: a\r\n\r\n",
          "2\r\n{}\r\n0\r\nTrailer: x\r\n folded\r\n\r\n",
          "2\r\n{}\r\n0\r\nx: " + "y".repeat(9000) + "\r\n\r\n");

  /** Invalid request lines, targets and heads. */
  static final List<String> NONE =
      List.of(
          "PUT " + T1 + " HTTP/1.2\r\nHost: localhost\r\n\r\n",
          "PUT " + T1 + " HTTP/1.9\r\nHost: localhost\r\n\r\n",
          "PUT " + T1 + " HTTP/2.0\r\nHost: localhost\r\n\r\n",
          "PUT " + T1 + " HTTP/0.9\r\nHost: localhost\r\n\r\n",
          "PUT " + T1 + " HTTP/11\r\nHost: localhost\r\n\r\n",
          "PUT " + T1 + " http/1.1\r\nHost: localhost\r\n\r\n",
          "PUT " + T1 + " HTTP/1.1 \r\nHost: localhost\r\n\r\n",
          "PUT " + T1 + " HTTP/1.1x\r\nHost: localhost\r\n\r\n",
          "PUT  " + T1 + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "PUT " + T1 + "  HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "PUT\t" + T1 + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "PUT\u000b" + T1 + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "PUT\r" + T1 + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "PUT " + T1 + "\rHTTP/1.1\r\nHost: localhost\r\n\r\n",
          "PUT " + T1 + "\r\nHost: localhost\r\n\r\n",
          "PUT HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "P\u0000T " + T1 + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "P(T " + T1 + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
          " PUT " + T1 + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "\u0000PUT " + T1 + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "\r\n\tPUT " + T1 + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
          HEAD + "X: a\r\n folded\r\nContent-Length: 2\r\n\r\n{}",
          HEAD + "X: a\r\n\tfolded\r\nContent-Length: 2\r\n\r\n{}",
          HEAD + "X: a\r\n \r\nContent-Length: 2\r\n\r\n{}",
          HEAD + "Content-Length: 2\r\n \r\n{}",
          HEAD + "X: a\r\n Content-Length: 3\r\nContent-Length: 2\r\n\r\n{}",
          HEAD + "Content-Length:\r\n 2\r\n\r\n{}",
          HEAD + "Transfer-Encoding: chunked\r\n , identity\r\n\r\n0\r\n\r\n",
          HEAD + "Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n",
          HEAD + "Transfer-Encoding: chu\u0000nked\r\n\r\n0\r\n\r\n",
          HEAD + "X: \u0001\r\nContent-Length: 2\r\n\r\n{}",
          HEAD + "X: \u007f\r\nContent-Length: 2\r\n\r\n{}",
          HEAD + "X\u0080: a\r\nContent-Length: 2\r\n\r\n{}",
          HEAD + "X : a\r\nContent-Length: 2\r\n\r\n{}",
          HEAD + "Content-Length: 5, 5\r\n\r\n{}",
          HEAD + "Content-Length: 2\n\n{}",
          "PUT " + T1 + " HTTP/1.1\nHost: localhost\r\n\r\n",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
          FIRST + "\r\n",
          FIRST + "Host: localhost\r\nHost: localhost\r\n\r\n",
          FIRST + "Host: local\u0000host\r\n\r\n",
          FIRST + " Host: localhost\r\n\r\n",
          FIRST + "Host : localhost\r\n\r\n",
          FIRST + "\u000bHost: localhost\r\n\r\n",
          HEAD + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          HEAD + "Transfer-Encoding:\r\n chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          HEAD + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
          HEAD + "Content-Length: 2,2\r\n\r\n{}",
          HEAD + "Content-Length: 18446744073709551618\r\n\r\n{}",
          HEAD + "Content-Length: 4294967298 \u000b\r\n\r\n{}",
          HEAD + "Content-Length: 0b10\r\n\r\n{}",
          HEAD + "Content-Length: \u00b2\r\n\r\n{}",
          HEAD + "Content-Length:\r\n\r\n{}");

  /** Invalid targets, in otherwise valid requests. */
  static final List<String> TARGETS =
      List.of(
          "a.b",
          "*",
          "?x",
          "*x",
          "localhost:80",
          "http://",
          "http:/" + T1,
          "http:" + T1,
          "http:///t1",
          "http://localhost" + T1 + "#fragment",
          "http://user@localhost" + T1,
          "ftp://localhost" + T1,
          "ws://localhost" + T1,
          "file://" + T1,
          "//localhost" + T1,
          T1 + "#fragment",
          T1 + "?a#b",
          TOPICS + "/a\\b",
          "\\" + T1,
          TOPICS + "/\"t1\"",
          TOPICS + "/<t1>",
          T1 + "?a=<b>",
          TOPICS + "/t\u00e4",
          TOPICS + "/%zz",
          TOPICS + "/..%2fother/../t1",
          "." + T1);

  /**
   * Accepted targets with characters that RFC 3986 requires to be encoded, which browsers do not.
   */
  static final List<String> TAKEN =
      List.of(
          T1,
          "http://localhost" + T1,
          "HTTP://LOCALHOST:80" + T1,
          "https://localhost" + T1 + "?a=b",
          TOPICS + "/a|b",
          TOPICS + "/[a]",
          TOPICS + "/a^b",
          T1 + "?a={b}",
          TOPICS + "/%7Ct1",
          TOPICS + "/t1;a=b,c@d:e!f$g'(h)*i+j");

  private static RawAnswer answer(Socket socket, String request) throws Exception {
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    return RawAnswer.from(socket);
  }

  @ParameterizedTest
  @FieldSource("WHOLE")
  void bodyInChunks_isRead_andTheNextRequestToo(String body) throws Exception {
    ROUTER.neighbour().answers(new Written("7-2", true));
    try (Socket socket = RawAnswer.open(ROUTER.port())) {
      assertEquals(201, answer(socket, CHUNKED + body).status());
      assertEquals("{}", ((WriteEntry) ROUTER.neighbour().asked()).value().toString());
      ROUTER.neighbour().forget();
      assertEquals(404, answer(socket, RunningRouter.head("GET", "/n") + "\r\n").status());
    }
  }

  /** The result does not depend on packets. */
  @Test
  void foldedLine_isFoundOneByteAtATime() throws Exception {
    try (Socket socket = RawAnswer.open(ROUTER.port())) {
      socket.setTcpNoDelay(true);
      for (byte b : (HEAD + "X: a\r\n b\r\n\r\n").getBytes(ISO_8859_1)) {
        socket.getOutputStream().write(b);
        socket.getOutputStream().flush();
      }
      ProblemDocument.in(RawAnswer.from(socket)).is(400, "invalid-request");
      assertEquals(-1, socket.getInputStream().read());
    }
    assertNothingWasAsked();
  }

  /** A line in a body that looks like a folded header. */
  @Test
  void requestsInARow_areEachReadForThemselves() throws Exception {
    ROUTER.neighbour().answers(new Written("7-2", true));
    try (Socket socket = RawAnswer.open(ROUTER.port())) {
      String first = HEAD + "Content-Length: 10\r\n\r\n{\r\n \r\n\t }";
      String second = "\r\n" + RunningRouter.head("GET", "/n") + "X: y\r\n\r\n";
      assertEquals(201, answer(socket, first + second).status());
      assertEquals(404, RawAnswer.from(socket).status());
    }
  }

  @Test
  void lengthThatIsTooLarge_isRefusedAtOnce() throws Exception {
    for (String length : List.of("1048577", "2147483648", "4294967298", "9223372036854775807")) {
      String put = HEAD + "Content-Length: " + length + "\r\n\r\n{}";
      ProblemDocument.in(ROUTER.raw(put)).is(413, "too-large");
    }
    assertNothingWasAsked();
  }

  @Test
  void bodyInChunks_mayComeOneByteAtATime() throws Exception {
    ROUTER.neighbour().answers(new Written("7-2", true));
    try (Socket socket = RawAnswer.open(ROUTER.port())) {
      socket.setTcpNoDelay(true);
      for (byte b : (CHUNKED + WHOLE.get(7)).getBytes(ISO_8859_1)) {
        socket.getOutputStream().write(b);
        socket.getOutputStream().flush();
      }
      assertEquals(201, RawAnswer.from(socket).status());
    }
  }

  @ParameterizedTest
  @FieldSource("BROKEN")
  void brokenChunks_areAProblemAndTheEnd(String body) throws Exception {
    refused(CHUNKED + body + SMUGGLED);
  }

  @ParameterizedTest
  @FieldSource("NONE")
  void whatIsNoRequest_isAProblemAndTheEnd(String request) throws Exception {
    refused(request + SMUGGLED);
  }

  private static void refused(String request) throws Exception {
    RawAnswer answer = ROUTER.raw(request);
    ProblemDocument.in(answer).is(400, "invalid-request");
    assertEquals("close", answer.headers().get("connection"));
    assertNothingWasAsked();
  }

  @ParameterizedTest
  @FieldSource("TARGETS")
  void targetThatIsNone_isAProblem(String target) throws Exception {
    RawAnswer answer = ROUTER.raw(RunningRouter.head("PUT", target) + "\r\n");
    if (answer.status() == 403) {
      // A foreign host is refused first.
      assertTrue(target.contains("://"), target);
      ProblemDocument.in(answer).is(403, "other-host");
    } else {
      ProblemDocument.in(answer).is(400, "invalid-request");
    }
    assertNothingWasAsked();
  }

  @ParameterizedTest
  @FieldSource("TAKEN")
  void targetThatIsOne_isRouted(String target) throws Exception {
    ProblemDocument.in(ROUTER.raw(RunningRouter.head("GET", target) + "\r\n"))
        .is(404, "entry-unknown");
    ROUTER.neighbour().asked();
  }

  @Test
  void connect_isRefused() throws Exception {
    for (String target : List.of("localhost:80", T1)) {
      RawAnswer answer = ROUTER.raw("CONNECT " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertTrue(List.of(400, 405).contains(answer.status()), () -> "" + answer.status());
      ProblemDocument.in(answer);
    }
    assertNothingWasAsked();
  }

  private static void assertNothingWasAsked() throws Exception {
    if (!ROUTER.neighbour().wasAskedNothing()) {
      fail("asked " + ROUTER.neighbour().asked());
    }
  }

  @Test
  void chunkThatWrapsAround_smugglesNothing() throws Exception {
    String smuggling = "100000000\r\n" + SMUGGLED + "\r\n0\r\n\r\n";
    try (Socket socket = RawAnswer.open(ROUTER.port())) {
      assertEquals(400, answer(socket, CHUNKED + smuggling).status());
      assertEquals(-1, socket.getInputStream().read());
    }
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  /** A request whose body is not needed is answered, and then the connection ends. */
  @Test
  void brokenChunksThatNobodyReads_endTheConnection() throws Exception {
    String get = RunningRouter.head("GET", T1) + "Transfer-Encoding: chunked\r\n\r\n";
    try (Socket socket = RawAnswer.open(ROUTER.port())) {
      assertEquals(404, answer(socket, get + "100000000\r\n" + SMUGGLED).status());
      assertEquals(-1, socket.getInputStream().read());
    }
    ROUTER.neighbour().asked();
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @Test
  void optionsOfTheServer_areAnswered() throws Exception {
    RawAnswer answer = ROUTER.raw(RunningRouter.head("OPTIONS", "*") + "\r\n");
    assertEquals(204, answer.status());
    assertTrue(answer.headers().get("allow").contains("PATCH"));
  }

  @Test
  void targetOfAnotherHost_isRefusedWhateverTheHostSays() throws Exception {
    for (String host :
        Stream.of("evil.example", "localhost@evil.example", "evil.example:80", "127.0.0.1.evil")
            .toList()) {
      String whole = RunningRouter.head("GET", "http://" + host + T1) + "\r\n";
      ProblemDocument.in(ROUTER.raw(whole)).is(403, "other-host");
    }
    assertTrue(ROUTER.neighbour().wasAskedNothing());
    assertEquals(
        404, ROUTER.raw(RunningRouter.head("GET", "http://127.0.0.1:80" + T1) + "\r\n").status());
  }
}
