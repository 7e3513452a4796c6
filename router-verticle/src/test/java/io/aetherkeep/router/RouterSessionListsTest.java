package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.SESSIONS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.SessionAsks.Ended;
import io.aetherkeep.catalogue.SessionListAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ReadSessionStats;
import io.aetherkeep.catalogue.SessionListAsks.SessionList;
import io.aetherkeep.catalogue.SessionListAsks.SessionRow;
import io.aetherkeep.catalogue.SessionListAsks.SessionStats;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.router.http.Problems;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many sessions over HTTP: lists, counts, log-outs everywhere. */
final class RouterSessionListsTest {

  private static final String OF_U1 = "/api/v1/aethercast/users/u1/sessions";
  private static final SessionRow NOBODYS = new SessionRow("s1", null, null, null, 9);
  private static final SessionRow SEVENS =
      new SessionRow(
          "s2", UserId.numbered(7), "2026-11-21T04:01:45.551Z", "2026-11-21T04:01:46.000Z", 1800);

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  @RegisterExtension
  static final RunningRouter IMPATIENT = RunningRouter.usual().within(Duration.ofMillis(100));

  private final PublishedContract contract = PublishedContract.read();

  @Test
  void lastPage_saysThatNothingFollows() throws Exception {
    ROUTER.neighbour().answers(new SessionList(List.of(NOBODYS), null));
    for (String address : List.of(SESSIONS, OF_U1)) {
      HttpResponse<String> answer = ROUTER.get(address);
      assertEquals(200, answer.statusCode());
      assertEquals(
          "{\"items\":[{\"id\":\"s1\",\"userId\":null,\"createdAt\":null,"
              + "\"lastActivityAt\":null,\"ttlSeconds\":9}],\"next\":null}",
          answer.body());
      contract.holds("SessionList", answer.body());
    }
  }

  @Test
  void page_saysWhereTheNextBegins() throws Exception {
    ROUTER.neighbour().answers(new SessionList(List.of(NOBODYS, SEVENS), "17"));
    String body = ROUTER.get(SESSIONS).body();
    contract.holds("SessionList", body);
    assertTrue(body.endsWith("],\"next\":\"17\"}"), body);
    assertTrue(body.contains("\"userId\":7,"), body);
  }

  @ParameterizedTest
  @CsvSource({
    "'', , ",
    "?limit=10, , 10",
    "?cursor=17, 17, ",
    "?cursor=a%26b&limit=999999999, a&b, 999999999",
    "?limit=0, , 0"
  })
  void lists_areAskedForByTheirParameters(String query, String cursor, Integer limit)
      throws Exception {
    ROUTER.neighbour().answers(new SessionList(List.of(), null));
    ROUTER.get(SESSIONS + query);
    assertEquals(new ListSessions("aethercast", cursor, limit), ROUTER.neighbour().asked());
    ROUTER.get(OF_U1 + query);
    assertEquals(
        new ListUserSessions("aethercast", "u1", cursor, limit), ROUTER.neighbour().asked());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "", "ten", "1.5", "+1", "1e3", "9999999999", "%201"})
  void limitThatIsNoNumber_isAProblem(String limit) throws Exception {
    for (String address : List.of(SESSIONS, OF_U1)) {
      ProblemDocument.in(ROUTER.get(address + "?limit=" + limit)).is(400, "invalid-parameter");
      assertTrue(ROUTER.neighbour().wasAskedNothing());
    }
  }

  @Test
  void user_isDecoded() throws Exception {
    ROUTER.neighbour().answers(new SessionList(List.of(), null));
    ROUTER.get("/api/v1/aethercast/users/a%2Fb%40c/sessions");
    assertEquals(
        new ListUserSessions("aethercast", "a/b@c", null, null), ROUTER.neighbour().asked());
  }

  @Test
  void logoutEverywhere_saysHowManyThereWere() throws Exception {
    ROUTER.neighbour().answers(new Ended(2));
    HttpResponse<String> answer = ROUTER.send("DELETE", OF_U1);
    assertEquals("{\"ended\":2}", answer.body());
    contract.holds("Ended", answer.body());
    assertEquals(new EndUserSessions("aethercast", "u1", null), ROUTER.neighbour().asked());
  }

  @Test
  void logoutEverywhereElse_namesTheOneThatStays() throws Exception {
    ROUTER.neighbour().answers(new Ended(1));
    assertEquals(200, ROUTER.send("DELETE", OF_U1 + "?except=a%2Fb").statusCode());
    assertEquals(new EndUserSessions("aethercast", "u1", "a/b"), ROUTER.neighbour().asked());
  }

  /** A misspelt parameter would log out the calling session too. */
  @Test
  void exceptOfNothing_isNotLeftOut() throws Exception {
    ROUTER.neighbour().fails(Code.INVALID_ID, "The id is empty");
    ProblemDocument.in(ROUTER.send("DELETE", OF_U1 + "?except=")).is(400, "invalid-id");
    assertEquals(new EndUserSessions("aethercast", "u1", ""), ROUTER.neighbour().asked());
  }

  @Test
  void stats_countWhatLives() throws Exception {
    ROUTER.neighbour().answers(new SessionStats("aethercast", 3, 0));
    HttpResponse<String> answer = ROUTER.get("/api/v1/aethercast/stats/sessions");
    assertEquals("{\"space\":\"aethercast\",\"live\":3,\"nearReads\":0}", answer.body());
    contract.holds("SessionStats", answer.body());
    assertEquals(new ReadSessionStats("aethercast"), ROUTER.neighbour().asked());
  }

  @Test
  void walk_mayTakeLongerThanOtherRequests() throws Exception {
    SessionList page = new SessionList(List.of(), null);
    IMPATIENT.neighbour().answersWith(IMPATIENT.after(Duration.ofMillis(500), page));
    assertEquals(200, IMPATIENT.get(SESSIONS).statusCode());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /sessions, SPACE_UNKNOWN",
    "GET, /sessions, INVALID_PARAMETER",
    "GET, /users/u1/sessions, INVALID_ID",
    "DELETE, /users/u1/sessions, REDIS_UNAVAILABLE",
    "GET, /stats/sessions, SPACE_UNKNOWN"
  })
  void failureOfTheVerticle_isPassedOn(String method, String end, Code code) throws Exception {
    ROUTER.neighbour().fails(code, "What it said");
    ProblemDocument.in(ROUTER.send(method, "/api/v1/aethercast" + end))
        .is(Problems.status(code), code.text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PUT    | /sessions            | POST, GET, HEAD
          POST   | /sessions/s1         | GET, HEAD, PATCH, DELETE
          GET    | /sessions/s1/touch   | POST
          DELETE | /sessions/s1/history | POST, GET, HEAD
          POST   | /users/u1/sessions   | GET, HEAD, DELETE
          POST   | /stats/sessions      | GET, HEAD
          """)
  void wrongMethod_namesThoseThatAreServed(String method, String end, String allowed)
      throws Exception {
    HttpResponse<String> answer = ROUTER.send(method, "/api/v1/aethercast" + end);
    ProblemDocument.in(answer).is(405, "method-not-allowed");
    assertEquals(allowed, answer.headers().firstValue("allow").orElse("nothing"));
  }
}
