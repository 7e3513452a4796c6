package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.Ended;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.catalogue.SessionAsks.ExtendSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.catalogue.SessionAsks.SessionOpened;
import io.aetherkeep.keyspace.UserId;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Ending, rotating and extending sessions. */
class SessionEndingTest extends SessionDeployment {

  @EachSpace
  void end_leavesATombstoneAndNothingElse(String space) throws Exception {
    String prefix = space.equals(PREFIXED) ? PREFIX : "";
    open(space, "s1", "u1");
    assertEquals(new Ended(1), ask(new EndSession(space, "s1")));
    assertEquals(
        Set.of(beside(space, "facts", "s1"), prefix + "index:ended-sessions"), keys(space));
    assertNear(900, secondsLeft(space, beside(space, "facts", "s1")));
    assertRefused(Code.SESSION_UNKNOWN, reading(space, "s1"));
  }

  @EachSpace
  void end_isPublishedOnce_forRepeatedRequests(String space) throws Exception {
    open(space, "s1", "u1");
    assertEquals(new Ended(1), ask(new EndSession(space, "s1")));
    assertEquals(new Ended(0), ask(new EndSession(space, "s1")));
    assertEquals(new Ended(0), ask(new EndSession(space, "other")));
    assertHeard(
        List.of(new SessionEnded(space, "s1", UserId.named("u1"), Ending.LOGOUT)),
        SessionEnded.class);
  }

  /** A node that dies after the end, before it guards the id against late writers. */
  @EachSpace
  void end_isCompletedByARepeatedRequest(String space) throws Exception {
    String prefix = space.equals(PREFIXED) ? PREFIX : "";
    String facts = beside(space, "facts", "s1");
    open(space, "s1", "u1");
    foreign(space).send("DEL", key(space, "s1"), facts);
    foreign(space).send("HSET", facts, "ended", "1");
    foreign(space).send("PEXPIRE", facts, 900_000);
    assertEquals(new Ended(0), ask(new EndSession(space, "s1")));
    assertTrue(score(space, prefix + "index:ended-sessions", "s1") > 0);
    assertEquals(-1, score(space, prefix + "index:sessions", "s1"));
    assertEquals(List.of(), heard(SessionEnded.class));
  }

  @EachSpace
  void end_endsWhatCannotBeRead(String space) throws Exception {
    foreign(space).send("RPUSH", key(space, "s1"), "?");
    assertEquals(new Ended(1), ask(new EndSession(space, "s1")));
    assertEquals(0L, foreign(space).send("EXISTS", key(space, "s1")));
  }

  @EachSpace
  void end_endsWhatIsNotedWrongBesideIt(String space) throws Exception {
    open(space, "s1", "u1");
    foreign(space).send("SET", beside(space, "facts", "s1"), "junk");
    assertEquals(new Ended(1), ask(new EndSession(space, "s1")));
    assertRefused(Code.SESSION_UNKNOWN, reading(space, "s1"));
  }

  @EachSpace
  void end_endsASessionWhoseUserCannotBeInAKey(String space) throws Exception {
    if (space.equals(COUNCIL)) {
      foreign(space).send("HSET", "session:s1", "userId", "John Doe");
    } else {
      foreign(space).send("SET", key(space, "s1"), "{\"user_id\": \"John Doe\"}");
    }
    read(space, "s1");
    assertEquals(new Ended(1), ask(new EndSession(space, "s1")));
    assertRefused(Code.SESSION_UNKNOWN, reading(space, "s1"));
  }

  @EachSpace
  void extend_givesALifetimeThatSlides(String space) throws Exception {
    open(space, "s1", "u1");
    assertEquals(60, ask(new ExtendSession(space, "s1", 60)).ttlSeconds());
    assertLifetime(60, space, "s1");
    foreign(space).send("EXPIRE", key(space, "s1"), 10);
    assertEquals(60, read(space, "s1").ttlSeconds());
    foreign(space).send("EXPIRE", key(space, "s1"), 10);
    assertEquals(60, patch(space, "s1", "{\"a\":\"1\"}").ttlSeconds());
    assertEquals(86_400, ask(new ExtendSession(space, "s1", 86_400)).ttlSeconds());
    for (int i = 0; i < 4; i++) {
      read(space, "s1");
      assertLifetime(86_400, space, "s1");
    }
    assertNear(90_000, secondsLeft(space, beside(space, "facts", "s1")));
    assertRefused(Code.INVALID_TTL, new ExtendSession(space, "s1", 0));
    assertRefused(Code.INVALID_TTL, new ExtendSession(space, "s1", 31_536_001));
  }

  @Test
  void append_startsTheLifetimeAnewAndKeepsOneOfItsOwn() throws Exception {
    openLasting(COUNCIL, "s1", 600);
    setSecondsLeft(COUNCIL, "s1", 100);
    ask(appending("s1", "hello", 1L, "k"));
    assertLifetime(600, COUNCIL, "s1");
    for (String key : keys(COUNCIL)) {
      assertTrue(key.startsWith("index:") || foreign(COUNCIL).number("PTTL", key) > 0, () -> key);
    }
  }

  @EachSpace
  void rotate_movesTheSessionUnderAnIdThatNobodyKnows(String space) throws Exception {
    openLasting(space, "s1", 600);
    Session before = patch(space, "s1", "{\"a\":{\"b\":1.0}}");
    Session after = ask(new RotateSession(space, "s1"));
    assertNotEquals("s1", after.id());
    assertTrue(after.id().matches("[A-Za-z0-9_-]{32}"));
    assertEquals(before.document(), after.document());
    assertEquals(before.createdAt(), after.createdAt());
    assertEquals(before.version(), after.version());
    assertEquals(600, after.ttlSeconds());
    assertLifetime(600, space, after.id());
    assertRefused(Code.SESSION_UNKNOWN, reading(space, "s1"));
    assertEquals(after, read(space, after.id()));
  }

  @EachSpace
  void rotate_movesTheIndexesAndTellsOfBoth(String space) throws Exception {
    String prefix = space.equals(PREFIXED) ? PREFIX : "";
    UserId user = UserId.named("u1");
    open(space, "s1", "u1");
    String fresh = ask(new RotateSession(space, "s1")).id();
    Awaitility.await()
        .untilAsserted(
            () -> {
              for (String index : List.of("index:sessions", "index:user-sessions:u1")) {
                assertEquals(-1, score(space, prefix + index, "s1"));
                assertTrue(score(space, prefix + index, fresh) > 0);
              }
              assertEquals(
                  List.of(new SessionEnded(space, "s1", user, Ending.ROTATED)),
                  heard(SessionEnded.class));
              assertEquals(
                  List.of(
                      new SessionOpened(space, "s1", user), new SessionOpened(space, fresh, user)),
                  heard(SessionOpened.class));
            });
  }

  @Test
  void rotate_takesTheWholeHistoryAlong() throws Exception {
    open(COUNCIL, "s1", "u1");
    String large = "x".repeat(5000);
    List<String> contents = IntStream.range(0, 10).mapToObj(i -> large + i).toList();
    for (String content : contents) {
      ask(appending("s1", content, 1L, content.substring(5000)));
    }
    List<String> before = messages("s1");
    String fresh = ask(new RotateSession(COUNCIL, "s1")).id();
    assertEquals(10, before.size());
    assertEquals(before, messages(fresh));
    assertEquals("10", field(fresh, "contextWindowUsed"));
  }

  @Test
  void rotate_flushesPendingMessagesUnderTheNewId() throws Exception {
    open(COUNCIL, "s1", "u1");
    String large = "x".repeat(2500);
    for (int i = 0; i < 7; i++) {
      ask(appending("s1", large + i, 1L, null));
    }
    // Each event loop flushes one of these at once, and the others after a pause.
    for (int i = 0; i < 5; i++) {
      ask(appending("s1", "last" + i, 1L, null));
    }
    String fresh = ask(new RotateSession(COUNCIL, "s1")).id();
    Awaitility.await()
        .untilAsserted(() -> assertEquals(12, new JsonArray(field(fresh, "history")).size()));
  }

  @Test
  void rotate_takesAlongWhatWasAppendedUnderAKey() throws Exception {
    open(COUNCIL, "s1", "u1");
    ask(appending("s1", "hello", 1L, "k"));
    String fresh = ask(new RotateSession(COUNCIL, "s1")).id();
    assertTrue(ask(appending(fresh, "hello", 1L, "k")).repeated());
    assertEquals(1, messages(fresh).size());
  }

  @Test
  void rotate_takesTheListOfNewerProxiesAlong() throws Exception {
    open(COUNCIL, "s1", "u1");
    foreign(COUNCIL).send("RPUSH", "session:s1:history", "{\"role\":\"user\"}", "{\"role\":\"a\"}");
    foreign(COUNCIL).send("EXPIRE", "session:s1:history", 1000);
    String fresh = ask(new RotateSession(COUNCIL, "s1")).id();
    assertEquals(List.of("{\"role\":\"user\"}", "{\"role\":\"a\"}"), messages(fresh));
    assertEquals(0L, foreign(COUNCIL).send("EXISTS", "session:s1:history"));
  }
}
