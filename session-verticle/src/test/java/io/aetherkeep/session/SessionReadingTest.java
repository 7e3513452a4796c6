package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.HistoryAsks.ReadHistory;
import io.aetherkeep.catalogue.SessionAsks.ExtendSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A read restarts the lifetime, and writes the last activity at intervals. */
class SessionReadingTest extends SessionDeployment {

  private String lastActivity(String space) {
    return switch (space) {
      case COUNCIL -> field("s1", "lastActivityAt");
      case CONTENT -> stored(space, "s1").replaceAll(".*last_accessed\": \"([^\"]*)\".*", "$1");
      default -> stored(space, "s1").replaceAll(".*activity_timestamp\": \"([^\"]*)\".*", "$1");
    };
  }

  private static String written(String space, String seconds) {
    return "2026-11-21T04:" + seconds + (space.equals(COUNCIL) ? ".551Z" : ".551402");
  }

  @EachSpace
  void read_startsTheLifetimeAnew(String space) throws Exception {
    open(space, "s1", "u1");
    for (int i = 0; i < 4; i++) {
      setSecondsLeft(space, "s1", 100);
      assertEquals(usualSeconds(space), read(space, "s1").ttlSeconds());
      assertLifetime(usualSeconds(space), space, "s1");
    }
  }

  @EachSpace
  void look_leavesTheLifetimeAndTheActivityAsTheyAre(String space) throws Exception {
    open(space, "s1", "u1");
    setSecondsLeft(space, "s1", 100);
    clock.move(Duration.ofMinutes(1));
    for (int i = 0; i < 4; i++) {
      assertNear(100, peek(space, "s1").ttlSeconds());
    }
    assertLifetime(100, space, "s1");
    assertEquals(written(space, "01:45"), lastActivity(space));
  }

  @EachSpace
  void read_writesTheActivityOnceItIsSomeSecondsOld(String space) throws Exception {
    open(space, "s1", "u1");
    clock.move(Duration.ofSeconds(4));
    for (int i = 0; i < 4; i++) {
      read(space, "s1");
    }
    assertEquals(written(space, "01:45"), lastActivity(space));
    clock.move(Duration.ofSeconds(2));
    read(space, "s1");
    Awaitility.await()
        .untilAsserted(() -> assertEquals(written(space, "01:51"), lastActivity(space)));
    assertLifetime(usualSeconds(space), space, "s1");
    assertEquals("2026-11-21T04:01:51.551Z", read(space, "s1").lastActivityAt());
  }

  @EachSpace
  void read_movesTheIndexesAlong(String space) throws Exception {
    String prefix = space.equals(PREFIXED) ? PREFIX : "";
    open(space, "s1", "u1");
    clock.move(Duration.ofMinutes(3));
    read(space, "s1");
    long expiry = clock.millis() + usualSeconds(space) * 1000;
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertEquals(expiry, score(space, prefix + "index:sessions", "s1"));
              assertEquals(expiry, score(space, prefix + "index:user-sessions:u1", "s1"));
            });
  }

  @EachSpace
  void version_isNotChangedByActivity(String space) throws Exception {
    String version = open(space, "s1", "u1").version();
    for (int i = 0; i < 3; i++) {
      clock.move(Duration.ofSeconds(6));
      assertEquals(version, read(space, "s1").version());
      String now = "04:0" + clock.instant().toString().substring(15, 19);
      Awaitility.await()
          .untilAsserted(() -> assertEquals(now, "04:" + lastActivity(space).substring(14, 19)));
    }
    assertNotEquals(version, patch(space, "s1", "{\"a\":\"1\"}").version());
  }

  @EachSpace
  void version_isNotChangedByTheFirstActivityOfASessionThatHadNone(String space) throws Exception {
    if (space.equals(COUNCIL)) {
      foreign(space).send("HSET", "session:s1", "userId", "u1", "a", "b");
    } else {
      foreign(space).send("SET", key(space, "s1"), "{\"user_id\": \"u1\", \"a\": 1}");
    }
    Session first = read(space, "s1");
    assertNull(first.lastActivityAt());
    Awaitility.await()
        .untilAsserted(() -> assertEquals(written(space, "01:45"), lastActivity(space)));
    assertEquals(first.version(), read(space, "s1").version());
  }

  @EachSpace
  void unknownIds_areUnknownToEveryAsk(String space) {
    assertRefused(Code.SESSION_UNKNOWN, reading(space, "s1"));
    assertRefused(Code.SESSION_UNKNOWN, new ReadSession(space, "s1", false, true));
    assertRefused(Code.SESSION_UNKNOWN, patching(space, "s1", "{\"a\":\"1\"}"));
    assertRefused(Code.SESSION_UNKNOWN, new ExtendSession(space, "s1", 60));
    assertRefused(Code.SESSION_UNKNOWN, new RotateSession(space, "s1"));
    Code history = space.equals(COUNCIL) ? Code.SESSION_UNKNOWN : Code.HISTORY_UNKNOWN;
    assertRefused(history, new ReadHistory(space, "s1", null, null));
    assertRefused(history, new AppendHistory(space, "s1", "user", "hello", null, null, null, null));
    assertEquals(0, keys(space).size());
  }

  @EachSpace
  void anotherTypeOfValue_isUnreadableToEveryAskAndLeftAlone(String space) throws Exception {
    if (space.equals(COUNCIL)) {
      foreign(space).send("SET", "session:s1", "{\"user_id\": \"u1\"}");
    } else {
      foreign(space).send("HSET", key(space, "s1"), "userId", "u1");
    }
    open(space, "s2", "u1");
    assertRefused(Code.UNREADABLE_VALUE, reading(space, "s1"));
    assertRefused(Code.UNREADABLE_VALUE, patching(space, "s1", "{\"a\":\"1\"}"));
    assertRefused(Code.UNREADABLE_VALUE, new RotateSession(space, "s1"));
    if (space.equals(COUNCIL)) {
      assertRefused(Code.UNREADABLE_VALUE, new ReadHistory(space, "s1", null, null));
      assertRefused(Code.UNREADABLE_VALUE, appending("s1", "hello", 1L, null));
    }
    assertEquals(1L, foreign(space).send("EXISTS", key(space, "s1")));
    assertEquals("s2", read(space, "s2").id());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "{\"user_id\": \"u1\"", "{\"a\":1} x", "\u0000{}"})
  void garbage_isUnreadable(String stored) {
    for (String space : List.of(AETHERCAST, CONTENT, PREFIXED)) {
      foreign(space).send("SETEX", key(space, "s1"), "600", stored);
      assertRefused(Code.UNREADABLE_VALUE, reading(space, "s1"));
      assertRefused(Code.UNREADABLE_VALUE, patching(space, "s1", "{\"a\":\"1\"}"));
      assertEquals(stored, stored(space, "s1"));
    }
  }

  @EachSpace
  void aSessionWithoutExpiry_getsOne_byAnyRead(String space) throws Exception {
    if (space.equals(COUNCIL)) {
      foreign(space).send("HSET", "session:s1", "userId", "u1");
    } else {
      foreign(space).send("SET", key(space, "s1"), "{\"user_id\": \"u1\"}");
    }
    assertEquals(usualSeconds(space), peek(space, "s1").ttlSeconds());
    assertLifetime(usualSeconds(space), space, "s1");
  }

  @Test
  void spacesDoNotSeeEachOther() throws Exception {
    open(AETHERCAST, "s1", "u1");
    for (String space : List.of(COUNCIL, CONTENT, PREFIXED)) {
      assertRefused(Code.SESSION_UNKNOWN, reading(space, "s1"));
    }
  }
}
