package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionAsks.SessionOpened;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.UserId;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A new session equals byte for byte one that the owning service would write. */
class SessionOpeningTest extends SessionDeployment {

  private static OpenSession full(String space, UserId user) {
    return new OpenSession(
        space,
        "s1",
        user,
        Document.of("{ \"a\" : 1.0 }"),
        Document.of("{\"theme\":\"d\\u00e9\"}"),
        null);
  }

  @Test
  void open_storesAnAethercastSession() throws Exception {
    open(AETHERCAST, "s1", "u1");
    assertEquals(
        "{\"user_id\": \"u1\", \"preferences\": {\"preferred_topics\": [],"
            + " \"playback_speed_default\": 1.0}, \"last_activity_timestamp\":"
            + " \"2026-11-21T04:01:45.551402\", \"active_podcast_stream_id\": null}",
        stored(AETHERCAST, "s1"));
  }

  @Test
  void open_storesWhatTheClientSaidAsItSaidIt() throws Exception {
    ask(full(AETHERCAST, UserId.named("\"ü\"")));
    assertEquals(
        "{\"user_id\": \"\\\"ü\\\"\", \"preferences\": { \"a\" : 1.0 },"
            + " \"last_activity_timestamp\": \"2026-11-21T04:01:45.551402\","
            + " \"active_podcast_stream_id\": null, \"data\": {\"theme\":\"d\\u00e9\"}}",
        stored(AETHERCAST, "s1"));
  }

  @Test
  void open_storesAContentSessionWhoseUserIsANumber() throws Exception {
    ask(full(CONTENT, UserId.numbered(789)));
    assertEquals(
        "{\"user_id\": 789, \"created_at\": \"2026-11-21T04:01:45.551402\","
            + " \"last_accessed\": \"2026-11-21T04:01:45.551402\","
            + " \"data\": {\"theme\":\"d\\u00e9\"}, \"preferences\": { \"a\" : 1.0 }}",
        stored(CONTENT, "s1"));
  }

  @Test
  void open_storesACouncilSessionAsAHash() throws Exception {
    ask(full(COUNCIL, UserId.named("u1")));
    assertEquals(8L, foreign(COUNCIL).send("HLEN", "session:s1"));
    assertEquals("u1", field("s1", "userId"));
    assertEquals("[]", field("s1", "history"));
    assertEquals("0", field("s1", "contextWindowUsed"));
    assertEquals("2026-11-21T04:01:45.551Z", field("s1", "lastActivityAt"));
    assertEquals("2026-11-21T04:01:45.551Z", field("s1", "createdAt"));
    assertEquals("0", field("s1", "historyLength"));
    assertEquals("{ \"a\" : 1.0 }", field("s1", "preferences"));
    assertEquals("{\"theme\":\"d\\u00e9\"}", field("s1", "data"));
  }

  @Test
  void open_keepsAUserNumberThatNoLongHolds() throws Exception {
    String large = new BigInteger("9".repeat(40)).toString();
    ask(full(CONTENT, new UserId(large, true)));
    assertTrue(stored(CONTENT, "s1").startsWith("{\"user_id\": " + large + ","));
    assertEquals(new UserId(large, true), read(CONTENT, "s1").userId());
  }

  @EachSpace
  void open_writesTheSessionItsFactsAndTheIndexesAndNothingElse(String space) throws Exception {
    Session opened = open(space, "s1", "u1");
    String prefix = space.equals(PREFIXED) ? PREFIX : "";
    assertEquals(
        Set.of(
            key(space, "s1"),
            beside(space, "facts", "s1"),
            prefix + "index:sessions",
            prefix + "index:user-sessions:u1",
            prefix + "order:{" + prefix + "index:user-sessions:u1}"),
        keys(space));
    assertLifetime(usualSeconds(space), space, "s1");
    assertNear(usualSeconds(space) + 3600, secondsLeft(space, beside(space, "facts", "s1")));
    assertNear(usualSeconds(space) + 3600, secondsLeft(space, prefix + "index:user-sessions:u1"));
    assertEquals(usualSeconds(space), opened.ttlSeconds());
    assertEquals("2026-11-21T04:01:45.551Z", opened.createdAt());
    assertEquals("2026-11-21T04:01:45.551Z", opened.lastActivityAt());
  }

  @EachSpace
  void open_answersWhatAReadAnswers(String space) throws Exception {
    assertEquals(ask(full(space, UserId.named("u1"))), read(space, "s1"));
  }

  @EachSpace
  void open_tellsEveryone(String space) throws Exception {
    open(space, "s1", "u1");
    Awaitility.await()
        .untilAsserted(
            () ->
                assertEquals(
                    List.of(new SessionOpened(space, "s1", UserId.named("u1"))),
                    heard(SessionOpened.class)));
  }

  @EachSpace
  void open_makesAnIdThatNobodyCanGuess(String space) throws Exception {
    String id = open(space, null, "u1").id();
    assertTrue(id.matches("[A-Za-z0-9_-]{32}"));
    assertNotEquals(id, open(space, null, "u1").id());
    assertEquals(id, read(space, id).id());
  }

  @EachSpace
  void open_withoutUserIsInNoUsersIndex(String space) throws Exception {
    assertEquals(null, open(space, "s1", null).userId());
    assertEquals(3, keys(space).size());
  }

  @EachSpace
  void open_refusesAnIdThatLives(String space) throws Exception {
    Session first = open(space, "s1", "u1");
    assertRefused(Code.SESSION_EXISTS, opening(space, "s1", "u2"));
    assertEquals(first, read(space, "s1"));
    assertHeard(List.of(new SessionOpened(space, "s1", UserId.named("u1"))), SessionOpened.class);
  }

  @EachSpace
  void open_refusesAnIdThatWasEndedJustNow(String space) throws Exception {
    open(space, "s1", "u1");
    ask(new EndSession(space, "s1"));
    assertRefused(Code.SESSION_EXISTS, opening(space, "s1", "u1"));
    assertEquals(-1, score(space, "index:sessions", "s1"));
  }

  @EachSpace
  void open_takesALifetimeOfItsOwnWhichSlidesByItself(String space) throws Exception {
    openLasting(space, "s1", 600);
    assertLifetime(600, space, "s1");
    setSecondsLeft(space, "s1", 100);
    assertEquals(600, read(space, "s1").ttlSeconds());
    setSecondsLeft(space, "s1", 100);
    patch(space, "s1", "{\"a\":\"1\"}");
    assertLifetime(600, space, "s1");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 31_536_001, Long.MAX_VALUE, Long.MIN_VALUE})
  void open_refusesALifetimeThatIsNone(long seconds) {
    assertRefused(Code.INVALID_TTL, new OpenSession(AETHERCAST, "s1", null, null, null, seconds));
    assertEquals(Set.of(), keys(AETHERCAST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\u0000", "\uFFFD", "\n"})
  void open_refusesIdsThatCouldBeOtherKeys(String id) {
    for (String space : SPACES) {
      assertRefused(Code.INVALID_ID, opening(space, id, "u1"));
      assertRefused(Code.INVALID_ID, opening(space, "s1", id));
      assertEquals(Set.of(), keys(space));
    }
    assertRefused(Code.INVALID_ID, opening(COUNCIL, "s1:history", "u1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "\"text\"", "null"})
  void open_refusesDataThatIsNoObject(String json) {
    for (String space : SPACES) {
      Document odd = Document.of(json);
      assertRefused(Code.INVALID_BODY, new OpenSession(space, "s", null, odd, null, null));
      assertRefused(Code.INVALID_BODY, new OpenSession(space, "s", null, null, odd, null));
    }
  }

  @EachSpace
  void open_refusesWhatIsTooLargeAndStoresNothing(String space) {
    Document large = Document.of("{\"a\":\"" + "é".repeat(MAX_VALUE_BYTES / 2) + "\"}");
    assertRefused(Code.TOO_LARGE, new OpenSession(space, "s", null, null, large, null));
    assertEquals(Set.of(), keys(space));
  }

  @Test
  void open_refusesASpaceThatIsNotThere() {
    assertRefused(Code.SPACE_UNKNOWN, opening("elsewhere", "s1", "u1"));
  }
}
