package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionAsks.SessionChanged;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.keyspace.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A merge patch changes the members that it names, and keeps all others and the lifetime. */
class SessionPatchTest extends SessionDeployment {

  private static PatchSession ifVersion(String space, String patch, String version) {
    return new PatchSession(space, "s1", Document.of(patch), version);
  }

  @Test
  void patch_keepsTheBytesOfWhatItDoesNotName() throws Exception {
    foreign(CONTENT)
        .send(
            "SETEX",
            "session:s1",
            "600",
            "{\"user_id\": 789, \"x\" : 1.0,\"big\":123456789012345678901234567890, "
                + "\"t\": \"caf\\u00e9\", \"last_accessed\": \"2026-11-21T00:00:00\", \"data\": {}}");
    patch(CONTENT, "s1", "{\"data\":{\"a\":1e2},\"new\":[1, 2]}");
    assertEquals(
        "{\"user_id\": 789, \"x\" : 1.0,\"big\":123456789012345678901234567890, "
            + "\"t\": \"caf\\u00e9\", \"last_accessed\": \"2026-11-21T04:01:45.551402\","
            + " \"data\": {\"a\":1e2}, \"new\": [1, 2]}",
        stored(CONTENT, "s1"));
  }

  @EachSpace
  void patch_startsTheLifetimeAnewAndNotesTheActivity(String space) throws Exception {
    open(space, "s1", "u1");
    setSecondsLeft(space, "s1", 100);
    clock.move(Duration.ofSeconds(1));
    Session patched = patch(space, "s1", "{\"a\":\"b\"}");
    assertEquals(usualSeconds(space), patched.ttlSeconds());
    assertEquals("2026-11-21T04:01:46.551Z", patched.lastActivityAt());
    assertLifetime(usualSeconds(space), space, "s1");
    assertTrue(
        patched.document().toString().contains("\"a\":\"b\"")
            || patched.document().toString().contains("\"a\": \"b\""));
  }

  @EachSpace
  void patch_answersWhatAReadAnswers(String space) throws Exception {
    open(space, "s1", "u1");
    Session patched = patch(space, "s1", "{\"a\":{\"b\":[1.0,null]},\"c\":null,\"d\":\"true\"}");
    assertEquals(patched.document(), Document.stored(read(space, "s1").document().bytes()));
    assertEquals(patched, read(space, "s1"));
  }

  @EachSpace
  void patch_ofASessionWithoutEndGivesItOne(String space) throws Exception {
    open(space, "s1", "u1");
    foreign(space).send("PERSIST", key(space, "s1"));
    patch(space, "s1", "{\"a\":\"1\"}");
    assertLifetime(usualSeconds(space), space, "s1");
  }

  @EachSpace
  void patch_withTheVersionThatWasReadIsMade(String space) throws Exception {
    String version = open(space, "s1", "u1").version();
    clock.move(Duration.ofMinutes(1));
    read(space, "s1");
    ask(ifVersion(space, "{\"a\":\"1\"}", version));
    assertRefused(Code.VERSION_CONFLICT, ifVersion(space, "{\"b\":\"1\"}", version));
    ask(ifVersion(space, "{\"b\":\"1\"}", "*"));
    assertEquals(
        List.of(true, true), List.of("a", "b").stream().map(name -> has(space, name)).toList());
  }

  private boolean has(String space, String name) {
    return space.equals(COUNCIL)
        ? foreign(COUNCIL).send("HGET", "session:s1", name) != null
        : stored(space, "s1").contains('"' + name + '"');
  }

  @EachSpace
  void patch_withAnotherVersionChangesNothing(String space) throws Exception {
    Session opened = open(space, "s1", "u1");
    assertRefused(Code.VERSION_CONFLICT, ifVersion(space, "{\"a\":\"1\"}", "1-1"));
    assertEquals(opened, read(space, "s1"));
  }

  @EachSpace
  void patch_ofTheUserMovesTheSessionToTheOtherIndex(String space) throws Exception {
    String prefix = space.equals(PREFIXED) ? PREFIX : "";
    String field = space.equals(COUNCIL) ? "userId" : "user_id";
    open(space, "s1", "u1");
    assertEquals(UserId.named("u2"), patch(space, "s1", "{\"" + field + "\":\"u2\"}").userId());
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertEquals(-1, score(space, prefix + "index:user-sessions:u1", "s1"));
              assertTrue(score(space, prefix + "index:user-sessions:u2", "s1") > 0);
            });
  }

  @EachSpace
  void patch_tellsEveryone(String space) throws Exception {
    open(space, "s1", "u1");
    patch(space, "s1", "{\"a\":\"1\"}");
    Awaitility.await()
        .untilAsserted(
            () ->
                assertEquals(
                    List.of(new SessionChanged(space, "s1", UserId.named("u1"), null)),
                    heard(SessionChanged.class)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "\"a\"", "null"})
  void patch_thatIsNoObjectIsRefused(String patch) throws Exception {
    for (String space : SPACES) {
      open(space, "s1", "u1");
      assertRefused(Code.INVALID_BODY, patching(space, "s1", patch));
    }
  }

  /** An object with a number of members. */
  private static String members(int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> "\"f" + number + "\":\"v\"")
        .collect(Collectors.joining(",", "{", "}"));
  }

  @EachSpace
  void patch_ofTooManyMembersIsRefusedAndChangesNothing(String space) throws Exception {
    Session opened = open(space, "s1", "u1");
    assertRefused(Code.TOO_MANY_MEMBERS, patching(space, "s1", members(MAX_MEMBERS + 1)));
    String nested = "{\"a\":[" + members(MAX_MEMBERS + 1) + "]}";
    assertRefused(Code.TOO_MANY_MEMBERS, patching(space, "s1", nested));
    assertEquals(opened, read(space, "s1"));
  }

  @EachSpace
  void patch_thatMakesTooManyMembersIsRefused(String space) throws Exception {
    open(space, "s1", "u1");
    patch(space, "s1", members(MAX_MEMBERS - 10));
    assertRefused(Code.TOO_MANY_MEMBERS, patching(space, "s1", members(30).replace("\"f", "\"g")));
    patch(space, "s1", members(30).replace("\"v\"", "\"w\""));
  }

  @EachSpace
  void opening_withTooManyMembersIsRefused(String space) {
    Document data = Document.of(members(MAX_MEMBERS + 1));
    assertRefused(
        Code.TOO_MANY_MEMBERS, new OpenSession(space, "s1", UserId.named("u"), null, data, null));
  }

  @EachSpace
  void aForeignSessionOfTooManyMembers_isReadAndMayStayAsLarge(String space) throws Exception {
    if (space.equals(COUNCIL)) {
      List<String> hash = new ArrayList<>(List.of("HSET", key(space, "s1")));
      for (int i = 0; i < 2 * MAX_MEMBERS; i++) {
        hash.addAll(List.of("f" + i, "v"));
      }
      foreign(space).send(hash.toArray());
      foreign(space).send("EXPIRE", key(space, "s1"), "600");
    } else {
      foreign(space).send("SETEX", key(space, "s1"), "600", members(2 * MAX_MEMBERS));
    }
    assertEquals(2 * MAX_MEMBERS, Members.of(read(space, "s1").document()).size());
    patch(space, "s1", "{\"f1\":\"w\",\"f2\":null,\"f3\":null}");
    assertEquals("w", Members.of(read(space, "s1").document()).text("f1"));
    assertRefused(
        Code.TOO_MANY_MEMBERS, patching(space, "s1", members(MAX_MEMBERS).replace("\"f", "\"g")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1}",
        "{\"a\":-2.5}",
        "{\"a\":true}",
        "{\"a\":false}",
        "{\"a\":\"{}\"}",
        "{\"a\":\"[1, 2]\"}",
        "{\"userId\":7}",
        "{\"contextWindowUsed\":1e3}",
        "{\"contextWindowUsed\":\"12\"}",
        "{\"contextWindowUsed\":true}"
      })
  void aHash_refusesWhatItWouldAnswerAsSomethingElse(String patch) throws Exception {
    Session opened = open(COUNCIL, "s1", "u1");
    assertRefused(Code.UNSUPPORTED_VALUE, patching(COUNCIL, "s1", patch));
    assertEquals(opened, read(COUNCIL, "s1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"contextWindowUsed\":12}",
        "{\"historyLength\":0}",
        "{\"contextWindowUsed\":1.5}",
        "{\"a\":\"1\"}",
        "{\"a\":\"true\"}",
        "{\"a\":\"[draft\"}",
        "{\"a\":{\"b\":[1,true,null,\"x\"]}}",
        "{\"a\":[]}"
      })
  void aHash_answersWhatWasPatchedAsWhatItWas(String patch) throws Exception {
    open(COUNCIL, "s1", "u1");
    Members patched = Members.of(patch(COUNCIL, "s1", patch).document());
    Members sent = Members.of(Document.of(patch));
    sent.names().forEach(name -> assertEquals(sent.value(name), patched.value(name)));
  }

  @EachSpace
  void patch_beyondTheLargestValueIsRefusedAndChangesNothing(String space) throws Exception {
    Session opened = open(space, "s1", "u1");
    String large = "é".repeat(MAX_VALUE_BYTES / 2);
    assertRefused(Code.TOO_LARGE, patching(space, "s1", "{\"a\":\"" + large + "\"}"));
    assertEquals(opened, read(space, "s1"));
  }

  @Test
  void aHash_withBytesThatAreNoText_isPatchedAndRepaired() throws Exception {
    open(COUNCIL, "s1", "u1");
    byte[] latin1 = "café".getBytes(StandardCharsets.ISO_8859_1);
    byte[] odd = {'o', 'd', 'd', (byte) 0xff};
    foreign(COUNCIL).send("HSET", "session:s1", "note", latin1, odd, "x");
    String version = read(COUNCIL, "s1").version();
    Session patched = ask(ifVersion(COUNCIL, "{\"a\":\"b\"}", version));
    assertEquals("b", field("s1", "a"));
    assertEquals(4L, foreign(COUNCIL).send("HSTRLEN", "session:s1", "note"));
    assertEquals(1L, foreign(COUNCIL).send("HSTRLEN", "session:s1", odd));
    ask(ifVersion(COUNCIL, "{\"note\":\"café\",\"odd\ufffd\":null}", patched.version()));
    assertEquals("café", field("s1", "note"));
    assertEquals(0L, foreign(COUNCIL).send("HEXISTS", "session:s1", odd));
  }

  @Test
  void patch_doesNotReachTheHistory() throws Exception {
    open(COUNCIL, "s1", "u1");
    assertRefused(Code.INVALID_BODY, patching(COUNCIL, "s1", "{\"history\":[]}"));
  }

  @EachSpace
  void patch_ofTheActivityItselfIsKeptIfItIsATime(String space) throws Exception {
    String field =
        switch (space) {
          case COUNCIL -> "lastActivityAt";
          case CONTENT -> "last_accessed";
          default -> "last_activity_timestamp";
        };
    open(space, "s1", "u1");
    Session kept = patch(space, "s1", "{\"" + field + "\":\"2026-11-21T04:01:44Z\"}");
    assertEquals("2026-11-21T04:01:44.000Z", kept.lastActivityAt());
    Session odd = patch(space, "s1", "{\"" + field + "\":\"yesterday\"}");
    assertEquals("2026-11-21T04:01:45.551Z", odd.lastActivityAt());
    Session none = patch(space, "s1", "{\"" + field + "\":null}");
    assertEquals("2026-11-21T04:01:45.551Z", none.lastActivityAt());
  }

  @EachSpace
  void patch_ofASessionWhoseUserCannotBeInAKeyIsMade(String space) throws Exception {
    if (space.equals(COUNCIL)) {
      foreign(space).send("HSET", "session:s1", "userId", "John Doe");
    } else {
      foreign(space).send("SET", key(space, "s1"), "{\"user_id\": \"John Doe\"}");
    }
    assertEquals(UserId.named("John Doe"), patch(space, "s1", "{\"a\":\"1\"}").userId());
    String field = space.equals(COUNCIL) ? "userId" : "user_id";
    assertRefused(Code.INVALID_ID, patching(space, "s1", "{\"" + field + "\":\"Jane Doe\"}"));
    assertEquals(UserId.named("u2"), patch(space, "s1", "{\"" + field + "\":\"u2\"}").userId());
  }
}
