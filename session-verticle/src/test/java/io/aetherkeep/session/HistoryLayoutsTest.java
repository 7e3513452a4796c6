package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.HistoryAsks.ReadHistory;
import io.aetherkeep.catalogue.OriginAsks.AppendToOrigin;
import io.aetherkeep.catalogue.OriginAsks.AppendedToOrigin;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.session.settings.SessionSettings.Cap;
import io.aetherkeep.session.settings.SessionSettings.HistoryLayout;
import io.aetherkeep.session.settings.SessionSettings.Policy;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Locations of histories, as older and newer services of the council read and write them. */
class HistoryLayoutsTest extends SessionDeployment {

  private static final String LONG = "x".repeat(2500);

  /** A node without background work. Tests that need such work add nodes for it. */
  private SessionNode in(HistoryLayout layout, int most) throws Exception {
    Policy policy =
        new Policy(new Cap(0, Cap.Rule.REFUSE), most, false, 0, layout, false, Duration.ZERO);
    return addNode(settings(NEVER, Map.of(COUNCIL, policy)));
  }

  private static void append(SessionNode on, String content) throws Exception {
    await(on.asks(appending("s1", content, 1L, null)));
  }

  private List<String> contents(List<String> messages) {
    return new JsonArray("[" + String.join(",", messages) + "]")
        .stream().map(each -> ((JsonObject) each).getString("content")).toList();
  }

  private List<String> read() throws Exception {
    return contents(messages("s1"));
  }

  private List<String> listed() {
    return listed("s1");
  }

  private List<String> listed(String id) {
    List<String> all = new ArrayList<>();
    ((List<?>) foreign(COUNCIL).send("LRANGE", "session:" + id + ":history", 0, -1))
        .forEach(each -> all.add(each.toString()));
    return contents(all);
  }

  private List<String> fielded() {
    return fielded("s1");
  }

  private List<String> fielded(String id) {
    return contents(
        new JsonArray(field(id, "history"))
            .stream().map(each -> ((JsonObject) each).encode()).toList());
  }

  @Test
  void whatIsOpenedHere_isReadByServicesOfBothKinds() throws Exception {
    open(COUNCIL, "s1", "u1");
    Instant created = Instant.parse(field("s1", "createdAt"));
    assertEquals(START.toEpochMilli(), created.toEpochMilli());
    assertEquals("0", field("s1", "historyLength"));
    append(node, "a");
    append(node, "b");
    assertEquals(List.of("a", "b"), listed());
    assertEquals(List.of("a", "b"), fielded());
    assertEquals(List.of("a", "b"), read());
    assertEquals("2", field("s1", "historyLength"));
    ask(new EndSession(COUNCIL, "s1"));
    assertEquals(0L, foreign(COUNCIL).send("EXISTS", "session:s1:history", "session:s1"));
  }

  @Test
  void whicheverAnotherServiceWrites_theOtherFollows() throws Exception {
    open(COUNCIL, "s1", "u1");
    append(node, "a");
    foreign(COUNCIL)
        .send("HSET", "session:s1", "history", "[{\"content\": \"a\"}, {\"content\": \"old\"}]");
    assertEquals(List.of("a", "old"), read());
    append(node, "b");
    assertEquals(List.of("a", "old", "b"), listed());
    assertEquals(List.of("a", "old", "b"), fielded());
    foreign(COUNCIL).send("RPUSH", "session:s1:history", "{\"content\": \"new\"}");
    assertEquals(List.of("a", "old", "b", "new"), read());
    append(node, "c");
    assertEquals(List.of("a", "old", "b", "new", "c"), listed());
    assertEquals(List.of("a", "old", "b", "new", "c"), fielded());
    assertEquals("5", field("s1", "historyLength"));
    foreign(COUNCIL).send("DEL", "session:s1:history");
    append(node, "d");
    assertEquals(List.of("a", "old", "b", "new", "c", "d"), listed());
  }

  @Test
  void aLongHistory_isInBoth_alsoWhereOthersWriteMeanwhile() throws Exception {
    open(COUNCIL, "s1", "u1");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      expected.add(LONG + i);
      append(node, LONG + i);
      assertEquals(expected, read());
      assertEquals(expected, listed());
    }
    await().untilAsserted(() -> assertEquals(expected, fielded()));
    List<String> entries = new ArrayList<>();
    for (String text : expected) {
      entries.add("{\"content\":\"" + text + "\"}");
    }
    entries.add("{\"content\":\"old\"}");
    append(node, LONG + 9);
    foreign(COUNCIL).send("HSET", "session:s1", "history", "[" + String.join(",", entries) + "]");
    append(node, "last");
    List<String> all = read();
    assertTrue(all.containsAll(expected), () -> all.size() + " are there");
    assertTrue(all.contains("old") && all.contains("last"));
    assertEquals(all, listed());
    await().untilAsserted(() -> assertEquals(all, fielded()));
  }

  @Test
  void aRotatedSession_keepsWhatAnOlderProxyWrote() throws Exception {
    open(COUNCIL, "s1", "u1");
    append(node, "a");
    foreign(COUNCIL)
        .send("HSET", "session:s1", "history", "[{\"content\": \"a\"}, {\"content\": \"old\"}]");
    String fresh = ask(new RotateSession(COUNCIL, "s1")).id();
    assertEquals(List.of("a", "old"), contents(messages(fresh)));
    ask(appending(fresh, "b", 1L, null));
    assertEquals(List.of("a", "old", "b"), listed(fresh));
    assertEquals(List.of("a", "old", "b"), fielded(fresh));
  }

  @Test
  void aRotatedSession_keepsWhatItsFieldLacks() throws Exception {
    open(COUNCIL, "s1", "u1");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      expected.add(LONG + i);
      append(node, LONG + i);
    }
    String fresh = ask(new RotateSession(COUNCIL, "s1")).id();
    assertEquals(expected, contents(messages(fresh)));
    await().untilAsserted(() -> assertEquals(expected, fielded(fresh)));
  }

  @Test
  void theSetting_saysWhereTheHistoryIs_andMovesIt() throws Exception {
    SessionNode fields = in(HistoryLayout.FIELD, 0);
    SessionNode lists = in(HistoryLayout.LIST, 0);
    SessionNode both = in(HistoryLayout.BOTH, 0);
    await(fields.asks(opening(COUNCIL, "s1", "u1")));
    append(fields, "a");
    assertEquals(0L, foreign(COUNCIL).send("EXISTS", "session:s1:history"));
    assertEquals(List.of("a"), fielded());
    append(both, "b");
    assertEquals(List.of("a", "b"), fielded());
    assertEquals(List.of("a", "b"), listed());
    append(lists, "c");
    assertEquals(0L, foreign(COUNCIL).send("HEXISTS", "session:s1", "history"));
    assertEquals(List.of("a", "b", "c"), listed());
    assertEquals(List.of("a", "b", "c"), read());
    append(both, "d");
    assertEquals(List.of("a", "b", "c", "d"), fielded());
    append(fields, "e");
    assertEquals(0L, foreign(COUNCIL).send("EXISTS", "session:s1:history"));
    assertEquals(List.of("a", "b", "c", "d", "e"), fielded());
    assertEquals(List.of("a", "b", "c", "d", "e"), read());
    assertEquals("5", field("s1", "historyLength"));
  }

  @Test
  void aLongField_isFlushedAndNotPendingAnyMore() throws Exception {
    Policy policy =
        new Policy(
            new Cap(0, Cap.Rule.REFUSE), 0, false, 0, HistoryLayout.FIELD, false, Duration.ZERO);
    SessionNode fields = addNode(settings(Duration.ofMillis(50), Map.of(COUNCIL, policy)));
    await(fields.asks(opening(COUNCIL, "s1", "u1")));
    foreign(COUNCIL).send("HSET", "session:s1", "historyLength", "0");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      expected.add(LONG + i);
      append(fields, LONG + i);
    }
    await().untilAsserted(() -> assertEquals(expected, fielded()));
    clock.move(Duration.ofHours(1));
    await()
        .untilAsserted(
            () -> assertEquals(0L, foreign(COUNCIL).send("EXISTS", "index:histories-pending")));
    assertEquals("9", field("s1", "historyLength"));
  }

  @Test
  void aList_takesNoMoreThanAFieldWould() throws Exception {
    foreign(COUNCIL).send("HSET", "session:s1", "userId", "u1");
    for (int i = 0; i < 20; i++) {
      foreign(COUNCIL).send("RPUSH", "session:s1:history", "{\"content\":\"" + LONG + i + "\"}");
    }
    int fit = 0;
    List<AppendHistory> asks = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      asks.add(appending("s1", LONG, 1L, null));
    }
    for (Future<?> answer : askAll(asks)) {
      fit += answer.succeeded() ? 1 : 0;
    }
    assertEquals(5, fit);
    assertRefused(Code.TOO_LARGE, appending("s1", LONG, 1L, null));
    append(node, "short");
    foreign(COUNCIL).send("LTRIM", "session:s1:history", 3, -1);
    append(node, LONG);
    assertEquals(0L, foreign(COUNCIL).send("HEXISTS", "session:s1", "history"));
    assertTrue(foreign(COUNCIL).number("PTTL", "facts:{session:s1}") > 0);
  }

  @Test
  void aFullList_makesRoomWhereItMay() throws Exception {
    SessionNode trimming = in(HistoryLayout.FOUND, 5);
    foreign(COUNCIL).send("HSET", "session:s1", "userId", "u1", "contextWindowUsed", "20");
    for (int i = 0; i < 20; i++) {
      foreign(COUNCIL)
          .send("RPUSH", "session:s1:history", "{\"tokens\":1,\"content\":\"" + LONG + i + "\"}");
    }
    append(trimming, LONG);
    assertEquals(5, listed().size());
    assertEquals("5", field("s1", "contextWindowUsed"));
  }

  /** Two nodes, of which the one that appended never flushes, like one that was killed. */
  @Test
  void whatWaits_isMovedByAnotherNode_andByOneThatReads() throws Exception {
    foreign(COUNCIL).send("HSET", "session:s1", "history", "[{\"content\":\"" + LONG + "\"}]");
    for (int i = 0; i < 8; i++) {
      append(node, LONG + i);
    }
    await().untilAsserted(() -> assertEquals(9, fielded().size()));
    foreign(COUNCIL).send("RPUSH", "tail:{session:s1}", "{\"content\":\"waits\"}");
    foreign(COUNCIL).send("HSET", "facts:{session:s1}", "tail", "20");
    foreign(COUNCIL).send("ZADD", "index:histories-pending", clock.millis() + 500, "s1");
    SessionNode sweeping = addNode(settings(Duration.ofMillis(20), Map.of()));
    clock.move(Duration.ofSeconds(1));
    await().untilAsserted(() -> assertEquals(10, fielded().size()));
    await()
        .untilAsserted(
            () -> assertEquals(0L, foreign(COUNCIL).send("EXISTS", "index:histories-pending")));
    sweeping.close();
    nodes.remove(sweeping);
    foreign(COUNCIL).send("RPUSH", "tail:{session:s1}", "{\"content\":\"waits too\"}");
    foreign(COUNCIL).send("HSET", "facts:{session:s1}", "tail", "20");
    assertEquals(11, ask(new ReadHistory(COUNCIL, "s1", null, null)).items().size());
    await().untilAsserted(() -> assertEquals(11, fielded().size()));
  }

  /** A count of messages that another service wrote, which is no whole number. */
  @ParameterizedTest
  @CsvSource({"NaN, 2", "'', 2", "1.5, 3", "-7, 2", "5, 7"})
  void anInvalidCountOfMessages_doesNotFailAnAppend(String stored, String then) throws Exception {
    foreign(COUNCIL)
        .send("HSET", "session:s1", "history", "[{\"content\":\"old\"}]", "historyLength", stored);
    append(node, "a");
    append(node, "b");
    assertEquals(List.of("old", "a", "b"), read());
    assertEquals(then, field("s1", "historyLength"));
  }

  /** As if its first answer had been lost together with the node that gave it. */
  @Test
  void aRepeatedAppend_isFlushedWhereItStillWaits() throws Exception {
    foreign(COUNCIL).send("HSET", "session:s1", "history", "[{\"content\":\"" + LONG + "\"}]");
    for (int i = 0; i < 8; i++) {
      ask(appending("s1", LONG + i, 1L, "k" + i));
    }
    await().untilAsserted(() -> assertEquals(9, fielded().size()));
    foreign(COUNCIL).send("RPUSH", "tail:{session:s1}", "{\"content\":\"waits\"}");
    foreign(COUNCIL).send("HSET", "facts:{session:s1}", "tail", "20");
    foreign(COUNCIL).send("DEL", "index:histories-pending");
    assertTrue(ask(appending("s1", LONG + 7, 1L, "k7")).repeated());
    assertTrue(score(COUNCIL, "index:histories-pending", "s1") >= clock.millis());
    await().untilAsserted(() -> assertEquals(10, fielded().size()));
  }

  @Test
  void aSystemOfRecord_receivesAppends_alsoRepeatedOnes() throws Exception {
    Policy policy =
        new Policy(
            new Cap(0, Cap.Rule.REFUSE), 0, false, 0, HistoryLayout.FOUND, true, Duration.ZERO);
    SessionNode recording = addNode(settings(NEVER, Map.of(COUNCIL, policy)));
    List<AppendToOrigin> received = new CopyOnWriteArrayList<>();
    recording.answers(
        AppendToOrigin.class,
        ask -> {
          received.add(ask);
          return received.size() == 1
              ? Future.failedFuture(Failure.of(Code.ORIGIN_UNAVAILABLE, "away"))
              : Future.succeededFuture(new AppendedToOrigin());
        });
    open(COUNCIL, "s1", "u1");
    ExecutionException refused =
        assertThrows(
            ExecutionException.class, () -> await(recording.asks(appending("s1", "a", 1L, "k"))));
    assertEquals(Code.ORIGIN_UNAVAILABLE, codeOf(refused.getCause()));
    assertTrue(await(recording.asks(appending("s1", "a", 1L, "k"))).repeated());
    assertEquals(List.of("a"), read());
    assertEquals(2, received.size());
    assertEquals(List.of("s1", "k"), List.of(received.get(1).id(), received.get(1).key()));
    assertTrue(received.get(1).value().toString().contains("\"content\":\"a\""));
  }

  @Test
  void whatIsAcknowledged_isKnownToAllNodes() throws Exception {
    foreign(COUNCIL).send("HSET", "session:s1", "history", "[{\"content\":\"" + LONG + "\"}]");
    for (int i = 0; i < 9; i++) {
      append(node, LONG + i);
    }
    assertFalse(score(COUNCIL, "index:histories-pending", "s1") < clock.millis());
  }
}
