package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.HistoryAsks.ReadHistory;
import io.aetherkeep.catalogue.OriginAsks.LoadFromOrigin;
import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.aetherkeep.catalogue.PlaybackAsks.Connected;
import io.aetherkeep.catalogue.PlaybackAsks.KeepConnections;
import io.aetherkeep.catalogue.PlaybackAsks.Kept;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.Ended;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.catalogue.SessionAsks.SessionOpened;
import io.aetherkeep.catalogue.SessionListAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListUserSessions;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.Cap;
import io.aetherkeep.session.settings.SessionSettings.Policy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions that Redis lost are restored from a system of record; ended ones never are. */
class SessionRecordsTest extends SessionDeployment {

  private final Map<String, Future<Loaded>> records = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();

  @Override
  protected SessionSettings settings() {
    Policy recorded = new Policy(new Cap(0, Cap.Rule.OLDEST_OUT), 0, true, 0);
    return settings(NEVER, Map.of(AETHERCAST, recorded, COUNCIL, recorded));
  }

  /** Answers as the cache verticle does, which reads the system of record. */
  @BeforeEach
  void serve() throws Exception {
    node.answers(LoadFromOrigin.class, this::load);
  }

  private Future<Loaded> load(LoadFromOrigin ask) {
    asked.incrementAndGet();
    return records.getOrDefault(
        ask.space() + " " + ask.ids().get(0), Future.succeededFuture(Loaded.NOTHING));
  }

  private void record(String space, String id, String json) {
    records.put(space + " " + id, Future.succeededFuture(new Loaded(Document.of(json), null)));
  }

  private String ago(Duration time) {
    return START.minus(time).toString().replace("Z", "+00:00");
  }

  private void recordAethercast(String id, Duration unused) {
    record(
        AETHERCAST,
        id,
        "{\"user_id\": null, \"preferences\": {\"a\": 1.0}, \"last_activity_timestamp\": \"%s\"}"
            .formatted(ago(unused)));
  }

  private void recordCouncil(String id, Duration old) {
    record(
        COUNCIL,
        id,
        """
        {"userId": "u", "createdAt": "%s", "lastActivityAt": "%s", "contextWindowUsed": "7",
         "history": [{"role": "user", "content": "Why?"}]}\
        """
            .formatted(ago(old), ago(Duration.ofMinutes(1))));
  }

  private void assertUnknown(String space, String id) {
    assertRefused(Code.SESSION_UNKNOWN, new ReadSession(space, id, true, false));
  }

  @Test
  void aLostSession_isPutBackAsItsSystemWritesIt() throws Exception {
    recordAethercast("s", Duration.ofMinutes(10));
    Session looked = ask(new ReadSession(AETHERCAST, "s", false, false));
    assertTrue(looked.ttlSeconds() <= 1200 && looked.ttlSeconds() > 1100, looked::toString);
    JsonObject stored = new JsonObject(foreign(AETHERCAST).text("GET", "session:s"));
    assertEquals("2026-11-21T03:51:45.551402", stored.getString("last_activity_timestamp"));
    assertTrue(foreign(AETHERCAST).text("GET", "session:s").contains("{\"a\": 1.0}"));
    assertEquals(null, looked.createdAt());
    assertTrue(read(AETHERCAST, "s").ttlSeconds() > 1700, "used, it lives its lifetime");
    assertEquals(1, asked.get());
    assertEquals(List.of(), heard(SessionOpened.class), "nobody opened it");
  }

  @Test
  void aLostSessionOfTheCouncil_hasItsHistory() throws Exception {
    recordCouncil("s", Duration.ofDays(1));
    assertEquals(1, ask(new ReadHistory(COUNCIL, "s", null, null)).items().size());
    assertEquals("u", foreign(COUNCIL).text("HGET", "session:s", "userId"));
    assertEquals("7", foreign(COUNCIL).text("HGET", "session:s", "contextWindowUsed"));
    assertEquals(
        "2026-11-20T04:01:45.551Z", foreign(COUNCIL).text("HGET", "session:s", "createdAt"));
    assertEquals(1, ask(new ListUserSessions(COUNCIL, "u", null, null)).items().size());
  }

  @Test
  void anAppendToALostSession_followsItsHistory() throws Exception {
    recordCouncil("s", Duration.ofDays(1));
    ask(new AppendHistory(COUNCIL, "s", "assistant", "So.", null, null, null, null));
    assertEquals(2, ask(new ReadHistory(COUNCIL, "s", null, null)).items().size());
  }

  /** Redis has lost its data while a socket of the session is open. */
  @Test
  void aSocketOfALostSession_putsItBack() throws Exception {
    recordAethercast("s", Duration.ofMinutes(10));
    assertEquals(new Kept(1, List.of()), ask(keeping("s")));
    assertEquals(1, foreign(AETHERCAST).number("EXISTS", "session:s"));
    assertLifetime(1800, AETHERCAST, "s");
    assertEquals(new Kept(0, List.of(new Connected("t", "c1"))), ask(keeping("t")));
  }

  @Test
  void aReadOfALostSessionsPlayback_putsItBack() throws Exception {
    recordAethercast("s", Duration.ofMinutes(10));
    assertEquals(State.STOPPED, ask(new ReadPlayback(AETHERCAST, "s")).state());
    assertEquals(1, foreign(AETHERCAST).number("EXISTS", "session:s"));
  }

  @Test
  void aSessionThatCannotBeRenewed_doesNotHinderTheOthers() throws Exception {
    open(AETHERCAST, "alive", "u");
    setSecondsLeft(AETHERCAST, "alive", 100);
    records.put(
        AETHERCAST + " lost", Future.failedFuture(Failure.of(Code.ORIGIN_UNAVAILABLE, "down")));
    Kept kept = ask(keeping("lost", "alive", "ended"));
    assertEquals(List.of(new Connected("ended", "c1")), kept.gone());
    assertLifetime(1800, AETHERCAST, "alive");
  }

  private static KeepConnections keeping(String... ids) {
    return new KeepConnections(
        AETHERCAST, Stream.of(ids).map(id -> new Connected(id, "c1")).toList());
  }

  @Test
  void whatWouldBeOverByNow_staysSo() throws Exception {
    recordAethercast("s", Duration.ofMinutes(31));
    assertUnknown(AETHERCAST, "s");
    record(AETHERCAST, "t", "{\"preferences\": {}}");
    assertUnknown(AETHERCAST, "t");
    assertEquals(0, foreign(AETHERCAST).number("EXISTS", "session:s", "session:t"));
  }

  @Test
  void whatWasEnded_neverComesBack() throws Exception {
    recordCouncil("s", Duration.ofDays(1));
    read(COUNCIL, "s");
    assertEquals(new Ended(1), ask(new EndSession(COUNCIL, "s")));
    assertUnknown(COUNCIL, "s");
    long remembered = foreign(COUNCIL).number("PTTL", "facts:{session:s}");
    assertTrue(remembered > Duration.ofDays(29).toMillis(), "as long as a record could revive it");
  }

  @Test
  void whatOnlyTheRecordKnows_canBeEndedWithoutIt() throws Exception {
    records.put(
        COUNCIL + " s", Future.failedFuture(Failure.of(Code.ORIGIN_UNAVAILABLE, "It is dead")));
    ask(new EndSession(COUNCIL, "s"));
    recordCouncil("s", Duration.ofDays(1));
    assertUnknown(COUNCIL, "s");
    awaitEnded(new SessionEnded(COUNCIL, "s", null, Ending.LOGOUT));
  }

  @Test
  void endOfASessionOnlyInTheRecord_isPublishedOnce() throws Exception {
    Promise<Loaded> slow = Promise.promise();
    records.put(COUNCIL + " s", slow.future());
    ask(new EndSession(COUNCIL, "s"));
    assertEquals(List.of(), heard(SessionEnded.class), "a logout waits for nobody");
    recordCouncil("s", Duration.ofDays(1));
    records.get(COUNCIL + " s").onComplete(slow);
    awaitEnded(new SessionEnded(COUNCIL, "s", UserId.named("u"), Ending.LOGOUT));
    int before = asked.get();
    ask(new EndSession(COUNCIL, "s"));
    assertEquals(before, asked.get());
  }

  @Test
  void whatTheRecordDoesNotKnowEither_isNoNews() throws Exception {
    ask(new EndSession(COUNCIL, "none"));
    recordAethercast("old", Duration.ofMinutes(31));
    ask(new EndSession(AETHERCAST, "old"));
    recordCouncil("s", Duration.ofDays(1));
    ask(new EndSession(COUNCIL, "s"));
    awaitEnded(new SessionEnded(COUNCIL, "s", UserId.named("u"), Ending.LOGOUT));
  }

  private void awaitEnded(SessionEnded event) {
    assertHeard(List.of(event), SessionEnded.class);
  }

  @Test
  void logoutEverywhere_isMeantForThoseOnlyTheRecordKnows() throws Exception {
    recordCouncil("before", Duration.ofDays(1));
    ask(new EndUserSessions(COUNCIL, "u", null));
    assertUnknown(COUNCIL, "before");
    clock.move(Duration.ofMinutes(1));
    recordCouncil("after", Duration.ofSeconds(-30));
    assertEquals("after", read(COUNCIL, "after").id());
  }

  @Test
  void aRotatedSession_isNotFoundUnderItsOldId() throws Exception {
    recordCouncil("s", Duration.ofDays(1));
    Session rotated = ask(new RotateSession(COUNCIL, "s"));
    assertNotEquals("s", rotated.id());
    assertUnknown(COUNCIL, "s");
    assertEquals("u", read(COUNCIL, rotated.id()).userId().text());
  }

  @Test
  void anIdOfTheRecord_isTaken() throws Exception {
    recordCouncil("s", Duration.ofDays(1));
    assertRefused(Code.SESSION_EXISTS, opening(COUNCIL, "s", "mallory"));
  }

  @Test
  void aRecordThatCannotBeAskedOrRead_isAClear503() throws Exception {
    records.put(
        COUNCIL + " s", Future.failedFuture(Failure.of(Code.ORIGIN_UNAVAILABLE, "It is dead")));
    assertRefused(Code.ORIGIN_UNAVAILABLE, new ReadSession(COUNCIL, "s", true, false));
    record(COUNCIL, "s", "[]");
    assertRefused(Code.ORIGIN_UNAVAILABLE, new ReadSession(COUNCIL, "s", true, false));
  }

  @Test
  void spacesWithoutARecord_askForNone() throws Exception {
    assertUnknown(CONTENT, "s");
    ask(new EndSession(CONTENT, "s"));
    assertEquals(0, asked.get());
    assertEquals(0, foreign(CONTENT).number("EXISTS", "facts:{session:s}"));
  }
}
