package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.SESSIONS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.router.http.Problems;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading one session over HTTP. */
public final class RouterSessionsTest {

  private static final String S1 = SESSIONS + "/s1";
  private static final String STORED = "{\"user_id\": \"u1\", \"speed\":1.50,\"x\":\"\\u00e9\"}";

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  private final PublishedContract contract = PublishedContract.read();

  static Session session(String id) {
    return new Session(
        id,
        "aethercast",
        UserId.named("u1"),
        "2026-11-21T04:01:45.551Z",
        "2026-11-21T04:01:46.000Z",
        1800,
        "7-2",
        Document.of(STORED));
  }

  private static Ask<?> asked() throws InterruptedException {
    return ROUTER.neighbour().asked();
  }

  @Test
  void session_isWhatTheContractSaysAroundTheStoredBytes() throws Exception {
    ROUTER.neighbour().answers(session("s1"));
    HttpResponse<String> answer = ROUTER.get(S1);
    assertEquals(200, answer.statusCode());
    assertEquals("application/json", header(answer, "content-type"));
    assertEquals("\"7-2\"", header(answer, "etag"));
    assertEquals("private, no-cache", header(answer, "cache-control"));
    contract.holds("Session", answer.body());
    assertTrue(answer.body().contains("\"document\":" + STORED), answer.body());
    assertEquals(new ReadSession("aethercast", "s1", null, null), asked());
  }

  @Test
  void sessionWithoutAUser_hasANullUser() throws Exception {
    Document empty = Document.of("{}");
    ROUTER.neighbour().answers(new Session("s1", "a", null, null, null, 9, "7-2", empty));
    String body = ROUTER.get(S1).body();
    contract.holds("Session", body);
    assertEquals(
        "{\"id\":\"s1\",\"space\":\"a\",\"userId\":null,\"createdAt\":null,"
            + "\"lastActivityAt\":null,\"ttlSeconds\":9,\"version\":\"7-2\",\"document\":{}}",
        body);
  }

  @Test
  void userWhoIsANumber_staysOne() throws Exception {
    Document empty = Document.of("{}");
    ROUTER
        .neighbour()
        .answers(new Session("s1", "a", UserId.numbered(7), null, null, 9, "7-2", empty));
    String body = ROUTER.get(S1).body();
    contract.holds("Session", body);
    assertTrue(body.contains("\"userId\":7,"), body);
  }

  @ParameterizedTest
  @CsvSource({
    "'', , ",
    "?touch=true, true, ",
    "?touch=false, false, ",
    "?include=history, , true",
    "?touch=false&include=history, false, true"
  })
  void read_asksForWhatItsParametersSay(String query, Boolean touch, Boolean history)
      throws Exception {
    ROUTER.neighbour().answers(session("s1"));
    assertEquals(200, ROUTER.get(S1 + query).statusCode());
    assertEquals(new ReadSession("aethercast", "s1", touch, history), asked());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?touch=no",
        "?touch=",
        "?touch=FALSE",
        "?touch=0",
        "?include=all",
        "?include=",
        "?include=History"
      })
  void parametersOfAReadThatAreNone_areAProblem(String query) throws Exception {
    ProblemDocument.in(ROUTER.get(S1 + query)).is(400, "invalid-parameter");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @Test
  void sessionThatTheClientHas_isNotSentAgain() throws Exception {
    ROUTER.neighbour().answers(session("s1"));
    for (String has : List.of("\"7-2\"", "W/\"7-2\"", "\"1-1\", \"7-2\"", "*")) {
      HttpResponse<String> answer = ROUTER.send(ROUTER.to(S1).header("If-None-Match", has));
      assertEquals(304, answer.statusCode(), has);
      assertEquals("", answer.body());
      assertEquals("\"7-2\"", header(answer, "etag"));
      // The read still counts as a use.
      assertEquals(new ReadSession("aethercast", "s1", null, null), asked());
    }
  }

  /** A message without tokens changes the history but not the version. */
  @Test
  void sessionWithItsHistory_isAlwaysSent() throws Exception {
    ROUTER.neighbour().answers(session("s1"));
    HttpResponse<String> answer =
        ROUTER.send(ROUTER.to(S1 + "?include=history").header("If-None-Match", "\"7-2\""));
    assertEquals(200, answer.statusCode());
    assertEquals("\"7-2\"", header(answer, "etag"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, '', SESSION_UNKNOWN",
    "DELETE, '', INVALID_ID",
    "POST, /touch, SESSION_UNKNOWN",
    "POST, /rotate, SESSION_UNKNOWN",
    "GET, '', UNREADABLE_VALUE",
    "GET, '', REDIS_UNAVAILABLE"
  })
  void failureOfTheVerticle_isPassedOn(String method, String end, Code code) throws Exception {
    ROUTER.neighbour().fails(code, "What it said");
    ProblemDocument.in(ROUTER.send(method, S1 + end)).is(Problems.status(code), code.text());
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
