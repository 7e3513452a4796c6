package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.PlaybackAsks.Connected;
import io.aetherkeep.catalogue.PlaybackAsks.KeepConnections;
import io.aetherkeep.catalogue.SessionAsks.ExtendSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Activity never shortens the remaining lifetime, whichever service set it. */
class SessionLifetimesTest extends SessionDeployment {

  private static final long MONTH = 2_592_000;

  private void writeForeign(String space, long seconds) {
    if (space.equals(COUNCIL)) {
      foreign(space).send("HSET", key(space, "s1"), "userId", "u1");
      foreign(space).send("EXPIRE", key(space, "s1"), seconds);
    } else {
      foreign(space).send("SETEX", key(space, "s1"), seconds, "{\"user_id\": \"u1\"}");
    }
  }

  /** Every kind of activity, repeatedly: later rounds use cached facts. */
  private void useInEveryWay(String space) throws Exception {
    for (int i = 0; i < 3; i++) {
      read(space, "s1");
      patch(space, "s1", "{\"n\":\"" + i + "\"}");
      if (space.equals(COUNCIL)) {
        ask(appending("s1", "hello", 1L, null));
      }
      clock.move(Duration.ofSeconds(6));
    }
    read(space, "s1");
  }

  @ParameterizedTest
  @ValueSource(longs = {60, 86_400, MONTH})
  void aSessionThatTheContentPlatformOpened_keepsTheLifetimeItWasGiven(long seconds)
      throws Exception {
    writeForeign(CONTENT, seconds);
    assertNear(seconds, peek(CONTENT, "s1").ttlSeconds());
    useInEveryWay(CONTENT);
    assertLifetime(seconds, CONTENT, "s1");
    setSecondsLeft(CONTENT, "s1", 40);
    useInEveryWay(CONTENT);
    assertTrue(secondsLeft(CONTENT, "session:s1") <= 40);
    assertTrue(read(CONTENT, "s1").ttlSeconds() <= 40);
  }

  @Test
  void onlyExtend_setsTheLifetimeOfASessionThatTheContentPlatformOpened() throws Exception {
    writeForeign(CONTENT, 600);
    read(CONTENT, "s1");
    assertEquals(7200, ask(new ExtendSession(CONTENT, "s1", 7200)).ttlSeconds());
    useInEveryWay(CONTENT);
    assertLifetime(7200, CONTENT, "s1");
    setSecondsLeft(CONTENT, "s1", 100);
    useInEveryWay(CONTENT);
    assertTrue(secondsLeft(CONTENT, "session:s1") <= 100);
    String fresh = ask(new RotateSession(CONTENT, "s1")).id();
    assertTrue(secondsLeft(CONTENT, key(CONTENT, fresh)) <= 100);
    read(CONTENT, fresh);
    assertTrue(secondsLeft(CONTENT, key(CONTENT, fresh)) <= 100);
  }

  @ParameterizedTest
  @ValueSource(strings = {AETHERCAST, COUNCIL, PREFIXED})
  void elsewhere_activityStartsTheUsualLifetimeOrALongerOneThatWasFound(String space)
      throws Exception {
    writeForeign(space, 60);
    read(space, "s1");
    assertLifetime(usualSeconds(space), space, "s1");
    long longer = usualSeconds(space) + 7200;
    writeForeign(space, longer);
    useInEveryWay(space);
    assertLifetime(longer, space, "s1");
    setSecondsLeft(space, "s1", 100);
    assertNear(longer, read(space, "s1").ttlSeconds());
    String fresh = ask(new RotateSession(space, "s1")).id();
    assertLifetime(longer, space, fresh);
  }

  @EachSpace
  void aLongerLifetimeThatAnotherServiceSets_isTheSessionsOwn(String space) throws Exception {
    open(space, "s1", "u1");
    read(space, "s1");
    long longer = usualSeconds(space) + 7200;
    setSecondsLeft(space, "s1", longer);
    assertNear(longer, read(space, "s1").ttlSeconds());
    assertLifetime(longer, space, "s1");
    setSecondsLeft(space, "s1", 100);
    useInEveryWay(space);
    assertLifetime(longer, space, "s1");
    assertNear(longer + 3600, secondsLeft(space, beside(space, "facts", "s1")));
    assertEquals(50, ask(new ExtendSession(space, "s1", 50)).ttlSeconds());
    useInEveryWay(space);
    assertTrue(secondsLeft(space, key(space, "s1")) <= 50);
  }

  @EachSpace
  void aShorterLifetimeThatAnotherServiceSets_endsWithTheNextActivity(String space)
      throws Exception {
    open(space, "s1", "u1");
    read(space, "s1");
    setSecondsLeft(space, "s1", 100);
    assertEquals(usualSeconds(space), read(space, "s1").ttlSeconds());
    assertLifetime(usualSeconds(space), space, "s1");
  }

  @Test
  void theHistoryThatANewerProxyKeeps_livesAsLongAsItsSession() throws Exception {
    writeForeign(COUNCIL, MONTH + 7200);
    foreign(COUNCIL).send("RPUSH", "session:s1:history", "{\"role\":\"user\"}");
    patch(COUNCIL, "s1", "{\"a\":\"b\"}");
    Awaitility.await()
        .untilAsserted(
            () -> assertNear(MONTH + 7200 + 3600, secondsLeft(COUNCIL, "session:s1:history")));
    assertEquals(List.of("{\"role\":\"user\"}"), messages("s1"));
  }

  @Test
  void aConnection_keepsTheHistoryAsLongAsItsSession() throws Exception {
    openLasting(COUNCIL, "s1", 600);
    ask(appending("s1", "hello", 1L, "k"));
    foreign(COUNCIL).send("EXPIRE", "session:s1:history", 60);
    ask(new KeepConnections(COUNCIL, List.of(new Connected("s1", "c1"))));
    Awaitility.await()
        .untilAsserted(() -> assertNear(4200, secondsLeft(COUNCIL, "session:s1:history")));
  }
}
