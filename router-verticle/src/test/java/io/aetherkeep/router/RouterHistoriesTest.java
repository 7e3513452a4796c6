package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.HistoryAsks.Appended;
import io.aetherkeep.catalogue.HistoryAsks.History;
import io.aetherkeep.catalogue.HistoryAsks.ReadHistory;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.http.Problems;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories over HTTP. */
final class RouterHistoriesTest {

  private static final String HISTORY = "/api/v1/council/sessions/s1/history";
  private static final String HI = "{\"role\":\"user\",\"content\":\"hi \u20AC\"}";

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  private final PublishedContract contract = PublishedContract.read();

  @Test
  void append_isAskedForAsItWasSent() throws Exception {
    ROUTER.neighbour().answers(new Appended("s1", 3, 12, false));
    String json =
        "{\"role\":\"user\",\"content\":\"\",\"timestamp\":\"2026-01-31T09:41:12Z\","
            + "\"requestId\":\"r1\",\"tokens\":0}";
    HttpResponse<String> answer =
        ROUTER.send(ROUTER.json("POST", HISTORY, json).header("Idempotency-Key", "k1"));
    assertEquals(201, answer.statusCode());
    assertEquals(
        "{\"id\":\"s1\",\"tokens\":3,\"contextWindowUsed\":12,\"repeated\":false}", answer.body());
    contract.holds("Appended", answer.body());
    assertEquals(
        new AppendHistory("council", "s1", "user", "", "2026-01-31T09:41:12Z", "r1", 0L, "k1"),
        ROUTER.neighbour().asked());
  }

  @Test
  void append_leavesOutWhatWasNotSent() throws Exception {
    ROUTER.neighbour().answers(new Appended("s1", 3, 12, true));
    assertEquals(201, ROUTER.send(ROUTER.json("POST", HISTORY, HI)).statusCode());
    assertEquals(
        new AppendHistory("council", "s1", "user", "hi \u20AC", null, null, null, null),
        ROUTER.neighbour().asked());
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {
        "SESSION_UNKNOWN",
        "HISTORY_UNKNOWN",
        "SPACE_UNKNOWN",
        "KEY_REUSED",
        "UNREADABLE_VALUE",
        "TOO_LARGE",
        "INVALID_HEADER",
        "INVALID_ID"
      })
  void appendThatFails_isPassedOn(Code code) throws Exception {
    ROUTER.neighbour().fails(code, "What it said");
    ProblemDocument.in(ROUTER.send(ROUTER.json("POST", HISTORY, HI)))
        .is(Problems.status(code), code.text());
  }

  @Test
  void history_isItsMessagesAsTheyAreStored() throws Exception {
    String stored = "{ \"role\":\"user\", \"content\":\"\\u00e9\",\"x\":1.0}";
    ROUTER.neighbour().answers(new History(List.of(Document.of(stored)), 3, true));
    HttpResponse<String> answer = ROUTER.get(HISTORY);
    assertEquals(200, answer.statusCode());
    assertEquals(
        "{\"items\":[" + stored + "],\"totalTokens\":3,\"truncated\":true}", answer.body());
    contract.holds("History", answer.body());
  }

  @Test
  void emptyHistory_hasNoItems() throws Exception {
    ROUTER.neighbour().answers(new History(List.of(), 0, false));
    String body = ROUTER.get(HISTORY).body();
    assertEquals("{\"items\":[],\"totalTokens\":0,\"truncated\":false}", body);
  }

  @ParameterizedTest
  @CsvSource({
    "'', , ",
    "?maxTokens=4000, 4000, ",
    "?limit=50, , 50",
    "?maxTokens=0&limit=0, 0, 0",
    "?maxTokens=999999999&limit=999999999, 999999999, 999999999"
  })
  void history_isAskedForByItsParameters(String query, Long maxTokens, Integer limit)
      throws Exception {
    ROUTER.neighbour().answers(new History(List.of(), 0, false));
    ROUTER.get(HISTORY + query);
    assertEquals(new ReadHistory("council", "s1", maxTokens, limit), ROUTER.neighbour().asked());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "", "all", "1.5", "1e3", "99999999999"})
  void parameterThatIsNoNumber_isAProblem(String number) throws Exception {
    for (String name : List.of("maxTokens", "limit")) {
      ProblemDocument problem = ProblemDocument.in(ROUTER.get(HISTORY + "?" + name + "=" + number));
      problem.is(400, "invalid-parameter");
      assertTrue(problem.detail().startsWith(name), problem.detail());
      assertTrue(ROUTER.neighbour().wasAskedNothing());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"SESSION_UNKNOWN", "HISTORY_UNKNOWN", "UNREADABLE_VALUE", "INVALID_PARAMETER"})
  void readThatFails_isPassedOn(Code code) throws Exception {
    ROUTER.neighbour().fails(code, "What it said");
    ProblemDocument.in(ROUTER.get(HISTORY)).is(Problems.status(code), code.text());
  }
}
