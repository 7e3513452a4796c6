package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.Cap;
import io.aetherkeep.session.settings.SessionSettings.Policy;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** A user never exceeds the limit of sessions, even when many are opened concurrently. */
class SessionCapsTest extends SessionDeployment {

  private static final int MOST = 3;

  @Override
  protected SessionSettings settings() {
    return settings(
        NEVER,
        Map.of(
            AETHERCAST, new Policy(new Cap(MOST, Cap.Rule.OLDEST_OUT), 0, false, 0),
            COUNCIL, new Policy(new Cap(MOST, Cap.Rule.OLDEST_OUT), 0, false, 0),
            CONTENT, new Policy(new Cap(MOST, Cap.Rule.REFUSE), 0, false, 0)));
  }

  private long live(String space) {
    return keys(space).stream().filter(key -> key.startsWith("session:")).count();
  }

  private void openThree(String space) throws Exception {
    for (int i = 1; i <= MOST; i++) {
      open(space, "s" + i, "u1");
      clock.move(Duration.ofSeconds(1));
    }
  }

  @Test
  void oldestOut_endsTheOneThatIsOverFirst() throws Exception {
    openThree(AETHERCAST);
    open(AETHERCAST, "s4", "u1");
    assertRefused(Code.SESSION_UNKNOWN, reading(AETHERCAST, "s1"));
    assertHeard(
        List.of(new SessionEnded(AETHERCAST, "s1", UserId.named("u1"), Ending.REPLACED)),
        SessionEnded.class);
    for (String id : List.of("s2", "s3", "s4")) {
      assertEquals(id, read(AETHERCAST, id).id());
    }
  }

  @Test
  void oldestOut_endsNobodyForAnIdThatIsTaken() throws Exception {
    openThree(AETHERCAST);
    open(AETHERCAST, "other", "u2");
    assertRefused(Code.SESSION_EXISTS, opening(AETHERCAST, "other", "u1"));
    assertRefused(Code.SESSION_EXISTS, opening(AETHERCAST, "s1", "u1"));
    assertEquals(4, live(AETHERCAST));
  }

  @Test
  void refuse_opensNothing() throws Exception {
    openThree(CONTENT);
    assertRefused(Code.TOO_MANY_SESSIONS, opening(CONTENT, "s4", "u1"));
    assertEquals(MOST, live(CONTENT));
    assertFalse(keys(CONTENT).contains(beside(CONTENT, "facts", "s4")));
    assertEquals(-1, score(CONTENT, "index:sessions", "s4"));
    assertEquals(-1, score(CONTENT, "index:user-sessions:u1", "s4"));
    open(CONTENT, "s4", "u2");
    open(CONTENT, "s5", null);
  }

  @Test
  void refuse_countsNoSessionThatIsGone() throws Exception {
    openThree(CONTENT);
    foreign(CONTENT).send("DEL", "session:s2");
    assertEquals("s4", open(CONTENT, "s4", "u1").id());
  }

  @Test
  void refuse_holdsWhereASessionCannotBeRead() throws Exception {
    openThree(CONTENT);
    foreign(CONTENT).send("SET", "session:s2", "garbage", "KEEPTTL");
    assertRefused(Code.TOO_MANY_SESSIONS, opening(CONTENT, "s4", "u1"));
  }

  private static List<OpenSession> opens(String space, int count) {
    return IntStream.range(0, count).mapToObj(i -> opening(space, null, "u1")).toList();
  }

  private static <A> long succeeded(List<Future<A>> answers) {
    return answers.stream().filter(Future::succeeded).count();
  }

  @RepeatedTest(5)
  void oldestOut_holdsWhenManyOpenAtOnce() throws Exception {
    addNode();
    for (String space : List.of(AETHERCAST, COUNCIL)) {
      askAll(opens(space, 60));
      Awaitility.await().untilAsserted(() -> assertEquals(MOST, live(space)));
      assertEquals(3L, foreign(space).send("ZCARD", "index:user-sessions:u1"));
    }
  }

  @RepeatedTest(5)
  void refuse_holdsWhenManyOpenAtOnce() throws Exception {
    addNode();
    List<Future<Session>> answers = askAll(opens(CONTENT, 60));
    assertEquals(succeeded(answers), live(CONTENT));
    assertTrue(live(CONTENT) <= MOST, () -> live(CONTENT) + " live");
    assertEquals(live(CONTENT), foreign(CONTENT).send("ZCARD", "index:user-sessions:u1"));
    for (Future<Session> answer : answers) {
      assertTrue(
          answer.succeeded() || codeOf(answer.cause()) == Code.TOO_MANY_SESSIONS,
          () -> answer.cause().toString());
    }
    assertEquals(MOST, live(CONTENT));
  }

  @RepeatedTest(3)
  void oneIdIsOpenedOnceHoweverManyTry() throws Exception {
    addNode();
    for (String space : SPACES) {
      List<OpenSession> asks =
          IntStream.range(0, 30).mapToObj(i -> opening(space, "s1", "u" + i % 2)).toList();
      List<Future<Session>> answers = askAll(asks);
      assertEquals(1, succeeded(answers));
      for (Future<Session> answer : answers) {
        assertTrue(answer.succeeded() || codeOf(answer.cause()) == Code.SESSION_EXISTS);
      }
      String winner = read(space, "s1").userId().text();
      String loser = winner.equals("u0") ? "u1" : "u0";
      String prefix = space.equals(PREFIXED) ? PREFIX : "";
      Awaitility.await()
          .untilAsserted(
              () -> {
                assertTrue(score(space, prefix + "index:user-sessions:" + winner, "s1") > 0);
                assertEquals(-1, score(space, prefix + "index:user-sessions:" + loser, "s1"));
                assertTrue(score(space, prefix + "index:sessions", "s1") > 0);
              });
    }
  }
}
