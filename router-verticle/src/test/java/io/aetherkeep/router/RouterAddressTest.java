package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static io.aetherkeep.router.RunningRouter.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.CacheAsks.ReadEntries;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parsing of paths and methods. */
final class RouterAddressTest {

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/api/v1",
        "/api/v1/aethercast/caches",
        "/api/v1/aethercast/caches/metrics/a/b/c",
        "/docs/nothing.js",
        "/health"
      })
  void unknownAddress_isAProblem(String address) throws Exception {
    ProblemDocument.in(ROUTER.get(address)).is(404, "route-unknown");
  }

  /** The area is derived from the raw path, which may be encoded differently. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/aethercast/%63aches/topic/t1",
        "/api/v1/aethercast/c%61ches/topic/t1",
        "/api/v%31/aethercast/caches/topic/t1"
      })
  void escapedArea_isTheSameAddress(String address) throws Exception {
    assertEquals(
        ROUTER.get("/api/v1/aethercast/caches/topic/t1").statusCode(),
        ROUTER.get(address).statusCode());
    HttpResponse<String> wrong = ROUTER.send("POST", address);
    ProblemDocument.in(wrong).is(405, "method-not-allowed");
    assertEquals("GET, HEAD, PUT, DELETE", wrong.headers().firstValue("Allow").orElse(""));
  }

  @Test
  void unknownAddress_leavesTheConnectionOpen() throws Exception {
    try (Socket socket = RawAnswer.open(ROUTER.port())) {
      for (int i = 0; i < 3; i++) {
        socket
            .getOutputStream()
            .write((head("GET", "/nothing") + "\r\n").getBytes(StandardCharsets.US_ASCII));
        ProblemDocument.in(RawAnswer.from(socket)).is(404, "route-unknown");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POST   | /api/v1/aethercast/caches/topic/t1          | GET, HEAD, PUT, DELETE
          PATCH  | /api/v1/aethercast/caches/snippet-page/t1/2 | GET, HEAD, PUT, DELETE
          POST   | /api/v1/aethercast/caches/topics            | GET, HEAD, PUT, DELETE
          PATCH  | /api/v1/aethercast/caches/invalidate        | GET, HEAD, PUT, DELETE, POST
          DELETE | /api/v1/aethercast/stats/caches             | GET, HEAD
          POST   | /health/live                                | GET, HEAD
          GET    | /health/redis/selftest                      | POST
          DELETE | /api/v1/council/providers/openai/health     | GET, HEAD, PUT
          GET    | /api/v1/council/providers/openai/outcomes   | POST
          DELETE | /openapi.json                               | GET, HEAD
          POST   | /health/live/                               | GET, HEAD
          """)
  void wrongMethod_namesThoseThatAreServed(String method, String address, String allowed)
      throws Exception {
    HttpResponse<String> answer =
        ROUTER.send(ROUTER.to(address).method(method, BodyPublishers.noBody()));
    ProblemDocument.in(answer).is(405, "method-not-allowed");
    assertEquals(allowed, answer.headers().firstValue("allow").orElse("nothing"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%zz", "%", "t1%4", "%%41", "?id=%zz", "t1?x=%", "%u0041"})
  void halfAPercent_isAProblem(String end) throws Exception {
    ProblemDocument.in(ROUTER.raw(head("GET", TOPICS + "/" + end) + "\r\n"))
        .is(400, "invalid-request");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @ParameterizedTest
  @ValueSource(strings = {"%FF", "a%C3", "%C0%AF", "%ED%A0%80"})
  void bytesThatAreNotUtf8_areAProblem(String id) throws Exception {
    ProblemDocument.in(ROUTER.get(TOPICS + "/" + id)).is(400, "invalid-id");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  /** Raw bytes are invalid in a path; read as Latin-1 they would name another key. */
  @Test
  void rawBytesBeyondAscii_areNeverADifferentId() throws Exception {
    ProblemDocument.in(ROUTER.raw(head("GET", TOPICS + "/\u00C3\u00A9") + "\r\n"))
        .is(400, "invalid-request");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @ParameterizedTest
  @CsvSource({
    "t1, t1",
    "a%2Fb, a/b",
    "a+b, a+b",
    "%2541, %41",
    "%74%31, t1",
    "a%20b, 'a b'",
    "a%00, 'a\0'",
    "%C3%A9, \u00E9",
    "a:b, a:b",
    "%2F..%2F, /../"
  })
  void id_isDecodedOnceAndNothingElse(String sent, String id) throws Exception {
    ROUTER.get(TOPICS + "/" + sent);
    assertEquals(new ReadEntry("aethercast", "topic", List.of(id)), ROUTER.neighbour().asked());
  }

  @Test
  void twoIds_comeInTheirOrder() throws Exception {
    ROUTER.get("/api/v1/aethercast/caches/snippet-page/t1/2");
    assertEquals(
        new ReadEntry("aethercast", "snippet-page", List.of("t1", "2")),
        ROUTER.neighbour().asked());
  }

  @Test
  void idsOfABatch_comeAsTheyAre() throws Exception {
    ROUTER.get(TOPICS + "?id=t1&id=a%26b&id=t1");
    assertEquals(
        new ReadEntries("aethercast", "topic", List.of("t1", "a&b", "t1")),
        ROUTER.neighbour().asked());
  }

  @Test
  void emptyId_isNotTheKeyspacesOnlyEntry() throws Exception {
    ROUTER.get("/api/v1/aethercast/caches/topics/");
    assertEquals(new ReadEntry("aethercast", "topics", List.of("")), ROUTER.neighbour().asked());
  }

  /** If dot segments were resolved, an id of two dots would read or remove something else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "metrics/%2E%2E/topics",
        "metrics/../topics",
        "metrics/%2e%2E/topics",
        "snippet/./s1",
        "metrics/x/..",
        "topic//t1"
      })
  void dotsAndEmptySegments_neverLeadToAnotherEntry(String end) throws Exception {
    RawAnswer answer = ROUTER.raw(head("DELETE", "/api/v1/aethercast/caches/" + end) + "\r\n");
    assertEquals(400, answer.status(), () -> askedInstead());
    ProblemDocument.in(answer);
  }

  private static String askedInstead() {
    try {
      return "asked " + ROUTER.neighbour().asked();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void longAddress_isAProblem() throws Exception {
    ProblemDocument.in(ROUTER.raw(head("GET", TOPICS + "/" + "x".repeat(5000)) + "\r\n"))
        .is(414, "uri-too-long");
  }

  @Test
  void veryLongAddress_isAProblem() throws Exception {
    ProblemDocument.in(ROUTER.raw(head("GET", TOPICS + "/" + "x".repeat(20_000)) + "\r\n"))
        .is(414, "uri-too-long");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "*", "?id=1"})
  void addressWithoutASlash_isAProblem(String address) throws Exception {
    assertTrue(
        List.of(400, 404)
            .contains(ProblemDocument.in(ROUTER.raw(head("GET", address) + "\r\n")).status()));
  }

  @Test
  void wholeUriAsAddress_isReadByItsPath() throws Exception {
    RawAnswer answer = ROUTER.raw(head("GET", "http://localhost/openapi.json") + "\r\n");
    assertEquals(200, answer.status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NONSENSE\r\n\r\n",
        "GET /health/live\r\n\r\n",
      })
  void whatIsNotHttp_isAProblem(String nonsense) throws Exception {
    ProblemDocument.in(ROUTER.raw(nonsense)).is(400, "invalid-request");
  }
}
