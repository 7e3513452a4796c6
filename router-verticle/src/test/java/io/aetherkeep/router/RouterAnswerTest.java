package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static io.aetherkeep.router.RunningRouter.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.DocumentsById;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.catalogue.InvalidationAsks.Invalidated;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.http.Problems;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of the router. */
final class RouterAnswerTest {

  private static final String T1 = TOPICS + "/t1";
  private static final String BYTES = " {\"b\":1.50, \"a\":\"\u20AC\"}\n";
  private static final Document VALUE = Document.of(BYTES);
  private static final String ETAG = '"' + VALUE.version() + '"';

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  @RegisterExtension
  static final RunningRouter IMPATIENT = RunningRouter.usual().within(Duration.ofMillis(100));

  @Test
  void entry_isItsBytesWithAgeAndStatus() throws Exception {
    ROUTER.neighbour().answers(new Entry(VALUE, 42, 3558));
    HttpResponse<String> answer = ROUTER.get(T1);
    assertEquals(200, answer.statusCode());
    assertEquals(BYTES, answer.body());
    assertEquals("application/json", header(answer, "content-type"));
    assertEquals(ETAG, header(answer, "etag"));
    assertEquals("42", header(answer, "age"));
    assertEquals("aetherkeep; hit; ttl=3558; detail=redis", header(answer, "cache-status"));
    assertEquals("private, no-cache", header(answer, "cache-control"));
  }

  @Test
  void entryThatNeverEnds_saysNoTimeToLive() throws Exception {
    ROUTER.neighbour().answers(new Entry(VALUE, 42, -1));
    assertEquals("aetherkeep; hit; detail=redis", header(ROUTER.get(T1), "cache-status"));
  }

  @Test
  void entryThatIsNotJson_isAnsweredAsItIs() throws Exception {
    ROUTER.neighbour().answers(new Entry(Document.stored(Buffer.buffer("{'a'")), 0, 9));
    assertEquals("{'a'", ROUTER.get(T1).body());
  }

  @Test
  void missingEntry_isAProblemThatSaysMiss() throws Exception {
    HttpResponse<String> answer = ROUTER.get(T1);
    ProblemDocument.in(answer).is(404, "entry-unknown");
    assertEquals("aetherkeep; fwd=miss", header(answer, "cache-status"));
  }

  @Test
  void entryThatTheClientHas_isNotSentAgain() throws Exception {
    ROUTER.neighbour().answers(new Entry(VALUE, 42, 3558));
    for (String has : List.of(ETAG, "W/" + ETAG, "\"1-1\", " + ETAG, "*")) {
      HttpResponse<String> answer = ROUTER.send(ROUTER.to(T1).header("If-None-Match", has));
      assertEquals(304, answer.statusCode(), has);
      assertEquals("", answer.body());
      assertEquals(ETAG, header(answer, "etag"));
      assertEquals("42", header(answer, "age"));
    }
  }

  @Test
  void entryThatTheClientHasAnOlderVersionOf_isSent() throws Exception {
    ROUTER.neighbour().answers(new Entry(VALUE, 42, 3558));
    assertEquals(BYTES, ROUTER.send(ROUTER.to(T1).header("If-None-Match", "\"1-1\"")).body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/api/v1/aethercast/caches/topic/t1", "/openapi.json", "/nothing", "/docs"})
  void head_isAnsweredWithTheHeadersOfGetAndNoBody(String address) throws Exception {
    ROUTER.neighbour().answers(new Entry(VALUE, 42, 3558));
    String rest = "X-Request-Id: r1\r\nConnection: close\r\n\r\n";
    RawAnswer get = ROUTER.raw(head("GET", address) + rest);
    try (Socket socket = RawAnswer.open(ROUTER.port())) {
      String request = head("HEAD", address) + rest;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      RawAnswer head = RawAnswer.headFrom(socket);
      assertEquals(get.status(), head.status());
      // Content-Length may be missing without a body.
      get.headers().remove("content-length");
      head.headers().remove("content-length");
      assertEquals(get.headers(), head.headers());
      assertEquals(-1, socket.getInputStream().read());
    }
  }

  @Test
  void largeAnswer_isCompressedForThoseWhoAccept() throws Exception {
    ROUTER.neighbour().answers(new Entry(Document.of('"' + "x".repeat(2000) + '"'), 0, 9));
    HttpResponse<String> zipped = ROUTER.send(ROUTER.to(T1).header("Accept-Encoding", "gzip"));
    assertEquals("gzip", header(zipped, "content-encoding"));
    assertTrue(header(zipped, "vary").equalsIgnoreCase("accept-encoding"));
    assertFalse(zipped.body().contains("xxxx"));
    assertEquals(2002, ROUTER.get(T1).body().length());
  }

  @Test
  void smallAnswer_isNotCompressed() throws Exception {
    ROUTER.neighbour().answers(new Entry(VALUE, 0, 9));
    HttpResponse<String> answer = ROUTER.send(ROUTER.to(T1).header("Accept-Encoding", "gzip"));
    assertEquals("", header(answer, "content-encoding"));
    assertEquals(BYTES, answer.body());
  }

  @Test
  void batch_holdsTheEntriesAsTheyAre() throws Exception {
    ROUTER
        .neighbour()
        .answers(new DocumentsById(Map.of("t1", VALUE), List.of("t2"), List.of("t3"), null));
    assertEquals(
        "{\"found\":{\"t1\":" + BYTES + "},\"missing\":[\"t2\"],\"unreadable\":[\"t3\"]}",
        ROUTER.get(TOPICS + "?id=t1&id=t2&id=t3").body());
  }

  @Test
  void invalidation_isAskedForAndCounted() throws Exception {
    ROUTER.neighbour().answers(new Invalidated(7, 0));
    HttpResponse<String> answer =
        invalidate("{\"keyspace\":\"user\",\"pattern\":\"*\",\"dryRun\":true}");
    assertEquals("{\"matched\":7,\"removed\":0}", answer.body());
    assertEquals(
        new InvalidateEntries("aethercast", "user", null, "*", null, true),
        ROUTER.neighbour().asked());
  }

  @Test
  void invalidation_isNoDryRunUnlessItSaysSo() throws Exception {
    ROUTER.neighbour().answers(new Invalidated(2, 2));
    assertEquals(200, invalidate("{\"tag\":\"release-7\"}").statusCode());
    assertEquals(
        new InvalidateEntries("aethercast", null, null, null, "release-7", false),
        ROUTER.neighbour().asked());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"patern\":\"*\"}",
        "{\"ids\":\"t1\"}",
        "{\"tag\":\"t\",\"dryRun\":\"\"}",
        "{\"tag\":\"t\",\"dryRun\":1}",
        "{\"keyspace\":\"topic\",\"ids\":[null],\"dryRun\":false}",
        "null",
        "{} {}",
        ""
      })
  void invalidationThatIsNone_isAProblem(String json) throws Exception {
    ProblemDocument.in(invalidate(json)).is(400, "invalid-body");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  private static HttpResponse<String> invalidate(String json) throws Exception {
    return ROUTER.send(
        ROUTER.put("/api/v1/aethercast/caches/invalidate", "").POST(BodyPublishers.ofString(json)));
  }

  @ParameterizedTest
  @EnumSource(value = Code.class, names = "SPACE_UNKNOWN", mode = EnumSource.Mode.EXCLUDE)
  void failureOfANeighbour_isPassedOnWithItsStatus(Code code) throws Exception {
    ROUTER.neighbour().fails(code, "What it said");
    RawAnswer answer = ROUTER.raw(head("GET", T1) + "\r\n");
    ProblemDocument problem = ProblemDocument.in(answer);
    problem.is(Problems.status(code), code.text());
    assertEquals("What it said", problem.detail());
    boolean later = problem.status() == 503 || problem.status() == 429;
    assertEquals(later ? "1" : "none", answer.headers().getOrDefault("retry-after", "none"));
  }

  @Test
  void bugOfANeighbour_showsNothingOfTheInside() throws Exception {
    ROUTER.neighbour().answersWith(Future.failedFuture(new IllegalStateException("secret")));
    HttpResponse<String> answer = ROUTER.get(T1);
    ProblemDocument.in(answer).is(500, "internal");
    assertFalse(answer.body().contains("secret"));
  }

  @Test
  void neighbourThatIsNotThere_isAProblemThatMayPass() throws Exception {
    HttpResponse<String> answer = ROUTER.get("/api/v1/aethercast/stats/caches");
    ProblemDocument problem = ProblemDocument.in(answer).is(503, "not-serving");
    assertTrue(problem.retry());
    assertEquals("1", header(answer, "retry-after"));
  }

  @Test
  void neighbourThatNeverAnswers_isAProblemAtTheDeadline() throws Exception {
    IMPATIENT.neighbour().answersWith(Promise.promise().future());
    HttpResponse<String> answer = IMPATIENT.get(T1);
    ProblemDocument.in(answer).is(503, "deadline-exceeded");
    assertEquals("1", header(answer, "retry-after"));
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
