package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.HistoryAsks.Appended;
import io.aetherkeep.catalogue.HistoryAsks.History;
import io.aetherkeep.catalogue.HistoryAsks.ReadHistory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transcripts of any length: appending messages, and reading the newest. */
class HistoryTest extends SessionDeployment {

  private static final String LONG = "x".repeat(3000);

  @BeforeEach
  void open() throws Exception {
    open(COUNCIL, "s1", "u1");
  }

  private History read(Long maxTokens, Integer limit) throws Exception {
    return ask(new ReadHistory(COUNCIL, "s1", maxTokens, limit));
  }

  @Test
  void append_storesWhatTheProxyReads() throws Exception {
    Appended first =
        ask(new AppendHistory(COUNCIL, "s1", "user", "h\"i é", null, "r1", null, null));
    ask(
        new AppendHistory(
            COUNCIL, "s1", "assistant", "ho", "2026-11-21T01:02:03Z", null, 7L, null));
    assertEquals(
        "[{\"role\":\"user\",\"content\":\"h\\\"i é\",\"timestamp\":\"2026-11-21T04:01:45.551Z\","
            + "\"requestId\":\"r1\"},{\"role\":\"assistant\",\"content\":\"ho\","
            + "\"timestamp\":\"2026-11-21T01:02:03Z\",\"tokens\":7}]",
        field("s1", "history"));
    assertEquals(first.tokens() + 7, Long.parseLong(field("s1", "contextWindowUsed")));
    assertTrue(first.tokens() > 0);
  }

  @Test
  void append_underItsKeyAgainIsRepeatedAndUnderAnothersRefused() throws Exception {
    Appended first = ask(appending("s1", "hello", 3L, "k"));
    ask(appending("s1", "other", 4L, null));
    Appended again = ask(appending("s1", "hello", 3L, "k"));
    assertEquals(new Appended("s1", 3, first.contextWindowUsed(), true), again);
    assertRefused(Code.KEY_REUSED, appending("s1", "else", 3L, "k"));
    assertEquals(2, messages("s1").size());
  }

  @Test
  void aLongTranscript_endsUpInItsField() throws Exception {
    for (int i = 0; i < 12; i++) {
      ask(appending("s1", LONG + i, 1L, null));
      assertEquals(i + 1, messages("s1").size());
    }
    Awaitility.await()
        .untilAsserted(() -> assertEquals(12, new JsonArray(field("s1", "history")).size()));
    assertFalse(keys(COUNCIL).contains("tail:{session:s1}"));
    assertEquals("12", field("s1", "contextWindowUsed"));
  }

  @Test
  void append_refusesWhatWouldMakeTheTranscriptTooLarge() throws Exception {
    int fit = 0;
    for (int i = 0; i < 30; i++) {
      if (node.asks(appending("s1", LONG + i, 1L, null))
              .otherwiseEmpty()
              .toCompletionStage()
              .toCompletableFuture()
              .get()
          != null) {
        fit++;
      }
    }
    assertEquals(21, fit);
    assertRefused(Code.TOO_LARGE, appending("s1", LONG, 1L, null));
    assertEquals(21, messages("s1").size());
    ask(appending("s1", "short", 1L, null));
  }

  @Test
  void read_staysWithinItsBudgetAndItsLimit() throws Exception {
    for (int i = 1; i <= 5; i++) {
      ask(appending("s1", "m" + i, (long) i * 10, null));
    }
    assertEquals(new History(List.of(), 0, true), read(0L, null));
    assertEquals(90, read(100L, null).totalTokens());
    assertEquals(2, read(100L, null).items().size());
    assertTrue(read(100L, null).truncated());
    assertEquals(150, read(150L, null).totalTokens());
    assertFalse(read(150L, null).truncated());
    assertEquals(3, read(null, 3).items().size());
    assertTrue(read(null, 3).truncated());
    assertFalse(read(null, 5).truncated());
    assertTrue(read(null, 2).items().get(0).toString().contains("\"m4\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "[1", "x", "1]", "\"[]\""})
  void append_leavesAFieldAloneThatIsNoArray(String history) {
    foreign(COUNCIL).send("HSET", "session:s1", "history", history);
    if (!history.equals("[1")) {
      assertRefused(Code.UNREADABLE_VALUE, appending("s1", "m", 1L, "k"));
      assertEquals(history, field("s1", "history"));
      assertEquals("0", field("s1", "contextWindowUsed"));
    }
    assertRefused(Code.UNREADABLE_VALUE, new ReadHistory(COUNCIL, "s1", null, null));
  }

  @Test
  void wrongValues_areRefused() {
    for (AppendHistory odd :
        List.of(
            new AppendHistory(COUNCIL, "s1", " ", "m", null, null, null, null),
            new AppendHistory(COUNCIL, "s1", "r".repeat(65), "m", null, null, null, null),
            new AppendHistory(COUNCIL, "s1", "user", "m", "noon", null, null, null),
            new AppendHistory(COUNCIL, "s1", "user", "m", null, null, -1L, null))) {
      assertRefused(Code.INVALID_BODY, odd);
    }
    assertRefused(Code.INVALID_HEADER, appending("s1", "m", 1L, " "));
    assertRefused(Code.INVALID_PARAMETER, new ReadHistory(COUNCIL, "s1", -1L, null));
    assertRefused(Code.INVALID_PARAMETER, new ReadHistory(COUNCIL, "s1", null, 0));
    assertRefused(Code.TOO_LARGE, appending("s1", "x".repeat(MAX_VALUE_BYTES), 1L, null));
    assertRefused(
        Code.HISTORY_UNKNOWN,
        new AppendHistory(CONTENT, "s1", "user", "m", null, null, null, null));
  }

  /** JavaScript writes NaN and Infinity for numbers that it could not parse. */
  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "1e400", "-1", "abc", ""})
  void aCountThatIsNoNumber_beginsAtNothing(String count) throws Exception {
    foreign(COUNCIL).send("HSET", "session:s1", "contextWindowUsed", count);
    assertEquals(3, ask(appending("s1", "m", 3L, null)).contextWindowUsed());
    assertEquals("3", field("s1", "contextWindowUsed"));
  }

  @Test
  void theListOfNewerProxies_isReadAndAppendedTo() throws Exception {
    foreign(COUNCIL).send("HSET", "session:s1", "historyLength", "2");
    foreign(COUNCIL).send("HDEL", "session:s1", "history");
    foreign(COUNCIL).send("RPUSH", "session:s1:history", "{\"role\": \"a\"}", "{\"role\": \"b\"}");
    ask(appending("s1", "m", 5L, "k"));
    ask(appending("s1", "m", 5L, "k"));
    List<String> messages = messages("s1");
    assertEquals(List.of("{\"role\": \"a\"}", "{\"role\": \"b\"}"), messages.subList(0, 2));
    assertEquals(messages, foreign(COUNCIL).send("LRANGE", "session:s1:history", 0, -1));
    assertEquals("3", field("s1", "historyLength"));
    assertEquals("5", field("s1", "contextWindowUsed"));
    assertEquals(0L, foreign(COUNCIL).send("HEXISTS", "session:s1", "history"));
    assertTrue(foreign(COUNCIL).number("TTL", "session:s1:history") > 2_592_000);
    assertEquals(2, read(null, 2).items().size());
    assertTrue(read(null, 2).truncated());
  }

  /** A newer proxy moves the history into its list while messages are pending in the tail. */
  @Test
  void whatWaitsInTheTail_goesIntoTheListOnceThereIsOne() throws Exception {
    foreign(COUNCIL).send("HSET", "session:s1", "history", "[{\"content\":\"first\"}]");
    for (int i = 0; i < 9; i++) {
      ask(appending("s1", LONG + i, 1L, null));
    }
    List<String> all = messages("s1");
    JsonArray field = new JsonArray(field("s1", "history"));
    foreign(COUNCIL).send("HDEL", "session:s1", "history");
    for (Object message : field) {
      foreign(COUNCIL).send("RPUSH", "session:s1:history", ((JsonObject) message).encode());
    }
    Awaitility.await()
        .untilAsserted(() -> assertFalse(keys(COUNCIL).contains("tail:{session:s1}")));
    assertEquals(all.size(), messages("s1").size());
  }
}
