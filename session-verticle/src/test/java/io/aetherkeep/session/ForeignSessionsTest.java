package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.ExtendSession;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionListAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListUserSessions;
import io.aetherkeep.keyspace.UserId;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions of the Python and TypeScript services are readable, and stay readable to them after
 * writes.
 */
class ForeignSessionsTest extends SessionDeployment {

  /** A session as {@code json.dumps} writes it, with fields unknown to Aetherkeep. */
  private static final String DUMPED =
      "{\"user_id\": 789, \"created_at\": \"2026-11-20T04:01:45.551402\", \"last_accessed\":"
          + " \"%s\", \"data\": {\"theme\": \"d\\u00e4rk\", \"ratio\": 1.0, \"big\":"
          + " 123456789012345678901234567890, \"exp\": 1e-05, \"list\": [1, 2.50], \"no\": null},"
          + " \"x\\ud83d\\ude00\": {}}";

  private static String dumped(String accessed) {
    return DUMPED.formatted(accessed);
  }

  private void writeContent(String accessed) {
    foreign(CONTENT).send("SETEX", "session:s1", 3600, dumped(accessed));
  }

  @Test
  void read_ofAPythonSessionIsItsVeryBytes() throws Exception {
    writeContent("2026-11-21T04:01:45.000001");
    Session session = read(CONTENT, "s1");
    assertEquals(dumped("2026-11-21T04:01:45.000001"), session.document().toString());
    assertEquals(UserId.numbered(789), session.userId());
    assertEquals("2026-11-20T04:01:45.551Z", session.createdAt());
    assertEquals("2026-11-21T04:01:45.000Z", session.lastActivityAt());
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T03:00:00, 2026-11-21T04:01:45.551402",
    "2026-11-21 03:00:00.000001, 2026-11-21T04:01:45.551402",
    "2026-11-21T03:00:00.123Z, 2026-11-21T04:01:45.551Z",
    "2026-11-21T03:00:00+00:00, 2026-11-21T04:01:45.551Z",
  })
  void activity_isWrittenInTheWritersOwnStyleAndNothingElseIsTouched(String old, String fresh)
      throws Exception {
    writeContent(old);
    read(CONTENT, "s1");
    Awaitility.await().untilAsserted(() -> assertEquals(dumped(fresh), stored(CONTENT, "s1")));
    assertLifetime(3600, CONTENT, "s1");
  }

  @ParameterizedTest
  @CsvSource({
    "1795230000, 1795233705",
    "1795230000.25, 1795233705.551",
    "1795230000000, 1795233705551"
  })
  void activity_thatIsANumberStaysOneOfItsUnit(String old, String fresh) throws Exception {
    String session = "{\"user_id\": \"u1\", \"last_activity_timestamp\": %s, \"a\": 1.0}";
    foreign(AETHERCAST).send("SETEX", "session:s1", 600, session.formatted(old));
    read(AETHERCAST, "s1");
    Awaitility.await()
        .untilAsserted(() -> assertEquals(session.formatted(fresh), stored(AETHERCAST, "s1")));
    assertTrue(read(AETHERCAST, "s1").lastActivityAt().startsWith("2026-11-21T04:01:45."));
  }

  /** Its arithmetic would take a hundred million digits. */
  @ParameterizedTest
  @ValueSource(strings = {"1e-99999999", "1e99999999", "1e-2147483647", "-1e2147483647"})
  void aTimeWithAnExtremeExponent_isNone(String time) throws Exception {
    open(CONTENT, "s1", "u1");
    String patch = "{\"created_at\":%s,\"last_accessed\":%s}".formatted(time, time);
    assertEquals("2026-11-21T04:01:45.551Z", patch(CONTENT, "s1", patch).createdAt());
    assertEquals("2026-11-21T04:01:45.551Z", read(CONTENT, "s1").lastActivityAt());
    assertTrue(stored(CONTENT, "s1").contains("\"created_at\": " + time + ","));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1764500000000000",
        "-99999999999999",
        "18446744073709551616",
        "\"+12026-01-01T00:00:00\""
      })
  void aTimeBeyondTheYear9999_isNone_andItsSessionEndsWithALogOut(String time) throws Exception {
    String session = "{\"user_id\": \"u1\", \"created_at\": %s}".formatted(time);
    foreign(CONTENT).send("SETEX", "session:s1", 600, session);
    foreign(CONTENT).send("SETEX", "session:s2", 600, session);
    assertNull(read(CONTENT, "s1").createdAt());
    assertEquals(2, ask(new EndUserSessions(CONTENT, "u1", null)).ended());
  }

  @Test
  void aSessionThatIsWrittenAgainWithoutALifetime_getsOne() throws Exception {
    for (int i = 0; i < 3; i++) {
      foreign(CONTENT).send("SET", "session:s1", dumped("2026-11-21T04:01:45.000001"));
      assertEquals(3600, read(CONTENT, "s1").ttlSeconds());
      assertEquals(3600, read(CONTENT, "s1").ttlSeconds());
      assertLifetime(3600, CONTENT, "s1");
    }
  }

  @Test
  void everyWriteKeepsWhatItDoesNotName() throws Exception {
    String now = "2026-11-21T04:01:45.551402";
    writeContent(now);
    patch(CONTENT, "s1", "{\"mine\":true}");
    patch(CONTENT, "s1", "{\"mine\":null}");
    assertEquals(dumped(now), stored(CONTENT, "s1"));
    patch(CONTENT, "s1", "{\"data\":{\"list\":\"é\"}}");
    String expected = dumped(now).replace("[1, 2.50]", "\"é\"");
    assertEquals(expected, stored(CONTENT, "s1"));
    ask(new ExtendSession(CONTENT, "s1", 7200));
    String fresh = ask(new RotateSession(CONTENT, "s1")).id();
    assertEquals(expected, stored(CONTENT, fresh));
    assertLifetime(7200, CONTENT, fresh);
  }

  @Test
  void aUserThatIsANumberIsFoundAndStaysOne() throws Exception {
    writeContent("2026-11-21T04:01:45.000001");
    read(CONTENT, "s1");
    open(CONTENT, "s2", "789");
    Awaitility.await()
        .untilAsserted(
            () ->
                assertEquals(
                    2, ask(new ListUserSessions(CONTENT, "789", null, null)).items().size()));
    ask(new ListUserSessions(CONTENT, "789", null, null))
        .items()
        .forEach(row -> assertEquals(row.id().equals("s1"), row.userId().number()));
    assertEquals(
        1,
        ask(new ListSessions(CONTENT, null, 1000)).items().stream()
            .filter(row -> row.userId().number())
            .count());
  }

  @ParameterizedTest
  @CsvSource({"1.0", "1e3", "true", "''", "[]", "{}", "null"})
  void aUserThatIsNoneIsNobody(String user) throws Exception {
    String json = user.isEmpty() ? "\"\"" : user;
    foreign(CONTENT).send("SETEX", "session:s1", 600, "{\"user_id\": " + json + "}");
    assertEquals(null, read(CONTENT, "s1").userId());
    patch(CONTENT, "s1", "{\"a\":1}");
    assertTrue(stored(CONTENT, "s1").startsWith("{\"user_id\": " + json + ","));
  }

  @Test
  void councilSession_isReadWithItsTextsAsWhatTheyAre() throws Exception {
    foreign(COUNCIL)
        .send(
            "HSET",
            "session:s1",
            "userId",
            "42",
            "history",
            "[{\"role\":\"user\",\"content\":\"hi\",\"timestamp\":\"2026-11-21T03:00:00.000Z\"}]",
            "lastActivityAt",
            "2026-11-21T04:01:45.000Z",
            "contextWindowUsed",
            "12",
            "odd",
            "{not json",
            "settings",
            "{\"a\": 1.0}",
            "flag",
            "true",
            "text",
            "12");
    Session session = ask(new ReadSession(COUNCIL, "s1", null, true));
    JsonObject document = new JsonObject(session.document().bytes());
    assertEquals(UserId.named("42"), session.userId());
    assertEquals(12, document.getValue("contextWindowUsed"));
    assertEquals("12", document.getValue("text"));
    assertEquals("true", document.getValue("flag"));
    assertEquals("{not json", document.getValue("odd"));
    assertTrue(session.document().toString().contains("{\"a\": 1.0}"));
    assertEquals("hi", document.getJsonArray("history").getJsonObject(0).getString("content"));
    patch(COUNCIL, "s1", "{\"text\":\"13\",\"n\":\"14\",\"settings\":{\"b\":2}}");
    assertEquals("13", field("s1", "text"));
    assertEquals("14", field("s1", "n"));
    assertEquals("{\"a\": 1.0, \"b\": 2}", field("s1", "settings"));
    assertEquals("{not json", field("s1", "odd"));
  }

  /**
   * {@code get_session} reads, a client ends the session, and {@code get_session} writes it back.
   */
  @Test
  void whatTheContentPlatformBringsBackIsSeenThroughNoDoor() throws Exception {
    addNode();
    open(CONTENT, "s1", "u1");
    read(CONTENT, "s1");
    List<Runnable> doors =
        List.of(
            () -> assertRefused(Code.SESSION_UNKNOWN, reading(CONTENT, "s1")),
            () -> assertRefused(Code.SESSION_UNKNOWN, new ReadSession(CONTENT, "s1", false, null)),
            () -> assertRefused(Code.SESSION_UNKNOWN, patching(CONTENT, "s1", "{\"a\":1}")),
            () -> assertRefused(Code.SESSION_UNKNOWN, new ExtendSession(CONTENT, "s1", 60)),
            () -> assertRefused(Code.SESSION_UNKNOWN, new RotateSession(CONTENT, "s1")),
            () -> assertRefused(Code.SESSION_EXISTS, opening(CONTENT, "s1", "u1")));
    String value = stored(CONTENT, "s1");
    long left = foreign(CONTENT).number("TTL", "session:s1");
    assertEquals(1, ask(new EndSession(CONTENT, "s1")).ended());
    for (Runnable door : doors) {
      foreign(CONTENT).send("SETEX", "session:s1", left, value);
      door.run();
    }
    foreign(CONTENT).send("SETEX", "session:s1", left, value);
    assertEquals(0, ask(new ListSessions(CONTENT, null, null)).items().size());
    assertEquals(0, ask(new ListUserSessions(CONTENT, "u1", null, null)).items().size());
    assertEquals(0L, foreign(CONTENT).send("EXISTS", "session:s1"));
  }

  @EachSpace
  void whatWeOpenTheOwningServiceCanRewrite(String space) throws Exception {
    ask(new OpenSession(space, "s1", UserId.named("u1"), null, null, 600L));
    if (space.equals(COUNCIL)) {
      foreign(space).send("HSET", "session:s1", "extra", "x");
      foreign(space).send("EXPIRE", "session:s1", 300);
    } else {
      String rewritten = new JsonObject(stored(space, "s1")).put("extra", "x").encode();
      foreign(space).send("SETEX", key(space, "s1"), 300, rewritten);
    }
    clock.move(Duration.ofSeconds(10));
    Session session = read(space, "s1");
    assertEquals("x", new JsonObject(session.document().bytes()).getString("extra"));
    assertEquals(600, session.ttlSeconds());
    assertEquals(UserId.named("u1"), session.userId());
  }
}
