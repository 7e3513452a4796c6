package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.SessionAsks.Ended;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionListAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.SessionList;
import io.aetherkeep.catalogue.SessionListAsks.SessionRow;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.Cap;
import io.aetherkeep.session.settings.SessionSettings.Policy;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log-out everywhere misses no session, whatever another node does at the same time. */
class LogoutTest extends SessionDeployment {

  @Override
  protected SessionSettings settings() {
    return settings(NEVER, Map.of(PREFIXED, new Policy(new Cap(5, Cap.Rule.REFUSE), 0, false, 0)));
  }

  private static ListUserSessions listing(String space, String user) {
    return new ListUserSessions(space, user, null, 1000);
  }

  private static EndUserSessions loggingOut(String space, String user) {
    return new EndUserSessions(space, user, null);
  }

  private Set<String> live(String space) {
    return keys(space).stream()
        .filter(key -> key.startsWith(key(space, "")))
        .collect(Collectors.toSet());
  }

  @Test
  void noSession_isTakenOutOfTheListWhileItIsBeingOpened() throws Exception {
    addNode();
    AtomicInteger open = new AtomicInteger();
    List<Future<Session>> opened = new ArrayList<>();
    Future<?> lister = list(open);
    for (int i = 0; i < 600; i++) {
      opened.add(
          nodes
              .get(i % 2)
              .asks(opening(AETHERCAST, null, "u1"))
              .onSuccess(session -> open.incrementAndGet()));
    }
    await(Future.all(opened));
    await(lister);
    assertEquals(600, ask(listing(AETHERCAST, "u1")).items().size());
    assertEquals(new Ended(600, false), ask(loggingOut(AETHERCAST, "u1")));
    assertEquals(Set.of(), live(AETHERCAST));
  }

  /** Lists repeatedly until all sessions are open. */
  private Future<?> list(AtomicInteger open) {
    return nodes
        .get(0)
        .asks(listing(AETHERCAST, "u1"))
        .compose(listed -> open.get() < 600 ? list(open) : Future.succeededFuture());
  }

  @EachSpace
  void whatIsBeingOpenedWhenItsUserLogsOut_doesNotLive(String space) throws Exception {
    addNode();
    for (int round = 0; round < 20; round++) {
      List<Future<Session>> opened = new ArrayList<>();
      List<Future<Ended>> logouts = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        opened.add(nodes.get(i % 2).asks(opening(space, null, "u1")));
        if (i == 5) {
          logouts.add(nodes.get(round % 2).asks(loggingOut(space, "u1")));
        }
      }
      await(Future.join(opened).otherwiseEmpty());
      await(Future.all(logouts));
      for (Future<Session> one : opened) {
        assertTrue(
            one.succeeded()
                || Set.of(Code.LOGGED_OUT, Code.TOO_MANY_SESSIONS).contains(codeOf(one.cause())),
            () -> one.cause().toString());
      }
      // Sessions that live were opened after the log-out; the next one finds them in the list.
      int left = live(space).size();
      assertEquals(left, ask(listing(space, "u1")).items().size());
      assertEquals(new Ended(left, false), ask(loggingOut(space, "u1")));
      assertEquals(Set.of(), live(space));
    }
  }

  @Test
  void aSessionThatIsRotatedMeanwhile_endsAndCountsOnce() throws Exception {
    addNode();
    for (String space : SPACES) {
      for (int round = 0; round < 60; round++) {
        open(space, "s" + round, "u1");
        Ask<Session> rotate = new RotateSession(space, "s" + round);
        Future<Session> rotated = nodes.get(round % 2).asks(rotate);
        Future<Ended> ended = nodes.get((round + 1) % 2).asks(loggingOut(space, "u1"));
        await(Future.join(rotated, ended).otherwiseEmpty());
        assertEquals(new Ended(1, false), ended.result());
        assertEquals(Set.of(), live(space), "round " + round);
        assertTrue(rotated.succeeded() || codeOf(rotated.cause()) == Code.SESSION_UNKNOWN);
      }
    }
  }

  @EachSpace
  void aSessionThatBecomesTheUsersMeanwhile_doesNotLive(String space) throws Exception {
    addNode();
    String field = space.equals(COUNCIL) ? "userId" : "user_id";
    for (int round = 0; round < 30; round++) {
      String id = "s" + round;
      open(space, id, null);
      Future<Session> login =
          nodes.get(round % 2).asks(patching(space, id, "{\"%s\": \"u1\"}".formatted(field)));
      Future<Ended> ended = nodes.get((round + 1) % 2).asks(loggingOut(space, "u1"));
      await(Future.join(login, ended).otherwiseEmpty());
      assertTrue(login.succeeded() || codeOf(login.cause()) == Code.SESSION_UNKNOWN);
      // A session that lives became the user's after the log-out; the next one finds it.
      boolean lives = live(space).contains(key(space, id)) && login.succeeded();
      assertEquals(new Ended(lives ? 1 : 0, false), ask(loggingOut(space, "u1")));
      assertEquals(Set.of(), live(space));
    }
  }

  @EachSpace
  void aSessionThatBecameTheUsers_isInTheListAtOnce(String space) throws Exception {
    String field = space.equals(COUNCIL) ? "userId" : "user_id";
    open(space, "s1", "u1");
    patch(space, "s1", "{\"%s\": \"u2\"}".formatted(field));
    assertEquals(List.of(), ask(listing(space, "u1")).items());
    assertEquals(1, ask(listing(space, "u2")).items().size());
    assertEquals(new Ended(0, false), ask(loggingOut(space, "u1")));
    assertEquals(new Ended(1, false), ask(loggingOut(space, "u2")));
  }

  private Set<String> page(int limit, SessionRead between) throws Exception {
    List<String> all = new ArrayList<>();
    String cursor = null;
    do {
      SessionList page = ask(new ListUserSessions(CONTENT, "u1", cursor, limit));
      page.items().stream().map(SessionRow::id).forEach(all::add);
      cursor = page.next();
      between.read();
    } while (cursor != null);
    Set<String> ids = new TreeSet<>(all);
    assertEquals(ids.size(), all.size(), "each is shown once");
    return ids;
  }

  /** Action between two pages. */
  private interface SessionRead {
    void read() throws Exception;
  }

  @Test
  void sessionsThatAreUsedWhileTheyAreListed_areEachShownOnce() throws Exception {
    askAll(IntStream.range(0, 250).mapToObj(i -> opening(CONTENT, "s" + i, "u1")).toList());
    Set<String> seen =
        page(
            20,
            () -> {
              clock.move(Duration.ofSeconds(6));
              askAll(IntStream.range(0, 250).mapToObj(i -> reading(CONTENT, "s" + i)).toList());
            });
    assertEquals(250, seen.size());
  }

  @EachSpace
  void theExceptedSession_livesAndMayBeRotated(String space) throws Exception {
    for (int i = 0; i < 4; i++) {
      open(space, "s" + i, "u1");
    }
    assertEquals(new Ended(3, false), ask(new EndUserSessions(space, "u1", "s2")));
    String fresh = ask(new RotateSession(space, "s2")).id();
    assertEquals(Set.of(key(space, fresh)), live(space));
    assertEquals(new Ended(0, false), ask(new EndUserSessions(space, "u1", fresh)));
    assertEquals(new Ended(1, false), ask(loggingOut(space, "u1")));
    open(space, "s9", "u1");
    assertEquals(1, ask(listing(space, "u1")).items().size());
  }

  private void writeForeign(String space, String id, String user, String created) {
    if (space.equals(COUNCIL)) {
      foreign(space).send("HSET", key(space, id), "userId", user, "createdAt", created + "Z");
      foreign(space).send("EXPIRE", key(space, id), 600);
    } else {
      String json = "{\"user_id\": \"%s\", \"created_at\": \"%s\"}".formatted(user, created);
      foreign(space).send("SETEX", key(space, id), 600, json);
    }
  }

  @EachSpace
  void sessionsThatNobodyHasSeenHere_areSearchedFor(String space) throws Exception {
    String before = "2026-11-21T04:00:00.000";
    for (int i = 0; i < 3; i++) {
      writeForeign(space, "f" + i, "u1", before);
    }
    writeForeign(space, "other", "u2", before);
    foreign(space).send("SET", key(space, "odd"), "odd");
    assertEquals(new Ended(3, false), ask(loggingOut(space, "u1")));
    assertEquals(Set.of(key(space, "other"), key(space, "odd")), live(space));
    assertEquals(1, ask(listing(space, "u2")).items().size(), "it was adopted on the way");
  }

  /** Another service changes the session's user, as at a login. */
  @EachSpace
  void aSessionThatAnotherServiceGaveToTheUser_endsThoughItWasSeenAsAnothers(String space)
      throws Exception {
    String before = "2026-11-21T04:00:00.000";
    writeForeign(space, "f1", "guest", before);
    writeForeign(space, "f2", "guest", before);
    read(space, "f1");
    read(space, "f2");
    writeForeign(space, "f1", "u1", before);
    assertEquals(new Ended(1, false), ask(loggingOut(space, "u1")));
    assertEquals(Set.of(key(space, "f2")), live(space));
  }

  @EachSpace
  void aSessionWhoseIndexWasLost_ends(String space) throws Exception {
    String prefix = space.equals(PREFIXED) ? PREFIX : "";
    open(space, "s1", "u1");
    open(space, "s2", "u2");
    foreign(space)
        .send(
            "DEL",
            prefix + "order:{" + prefix + "index:user-sessions:u1}",
            prefix + "index:user-sessions:u1");
    assertEquals(new Ended(1, false), ask(loggingOut(space, "u1")));
    assertEquals(Set.of(key(space, "s2")), live(space));
  }

  @Test
  void aSearchOfManyKeys_continuesInTheBackground() throws Exception {
    addNode();
    foreign(CONTENT)
        .send(
            "EVAL",
            "for i = 1, 3000 do redis.call('SET', 'session:f' .. i, '{\"user_id\": \"u' .. i % 2"
                + " .. '\"}', 'PX', 600000) end",
            0);
    Ended first = ask(loggingOut(CONTENT, "u1"));
    assertTrue(first.searching(), first::toString);
    assertTrue(first.ended() < 1500, first::toString);
    Awaitility.await().untilAsserted(() -> assertEquals(1500, live(CONTENT).size()));
    Awaitility.await()
        .untilAsserted(() -> assertEquals(new Ended(0, false), ask(loggingOut(CONTENT, "u1"))));
    assertEquals(1500, live(CONTENT).size());
  }

  @EachSpace
  void aSessionFromBeforeTheLogout_thatComesBackIntoViewIsEnded(String space) throws Exception {
    ask(loggingOut(space, "u1"));
    writeForeign(space, "old", "u1", "2026-11-21T04:00:00.000");
    writeForeign(space, "new", "u1", "2026-11-21T04:02:00.000");
    if (!List.of(CONTENT, COUNCIL).contains(space)) {
      foreign(space)
          .send(
              "SETEX",
              key(space, "new"),
              600,
              "{\"user_id\": \"u1\", \"last_activity_timestamp\": \"2026-11-21T04:02:00\"}");
    }
    assertRefused(Code.SESSION_UNKNOWN, reading(space, "old"));
    assertEquals(UserId.named("u1"), read(space, "new").userId());
    assertEquals(1, ask(listing(space, "u1")).items().size());
  }

  /** A search for many users must not cost users times sessions. */
  @EachSpace
  void manyUsersWhoLogOutTogether_areSearchedForInOneReadOfEachSession(String space)
      throws Exception {
    int users = 150;
    int others = 400;
    String name = "u".repeat(100);
    askAll(IntStream.range(0, others).mapToObj(i -> opening(space, "o" + i, "other" + i)).toList());
    for (int i = 0; i < users; i++) {
      writeForeign(space, "f" + i, name + i, "2026-11-21T04:00:00.000");
    }
    long before = receivedBytes(space);
    askAll(IntStream.range(0, users).mapToObj(i -> loggingOut(space, name + i)).toList())
        .forEach(logout -> assertFalse(logout.result().searching()));
    long received = receivedBytes(space) - before;
    assertTrue(received < (long) users * others * name.length() / 2, received + " bytes");
    assertEquals(others, live(space).size());
  }

  /** The bytes of all commands that Redis has received. */
  private long receivedBytes(String space) {
    return Stream.of(foreign(space).text("INFO", "stats").split("\r\n"))
        .filter(line -> line.startsWith("total_net_input_bytes:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
        .sum();
  }

  private void writeForeignUsed(String space, String id, String used) {
    String json = "{\"user_id\": \"u1\", \"last_activity_timestamp\": \"%s\"}";
    foreign(space).send("SETEX", key(space, id), 600, json.formatted(used));
  }

  /** Stores that a node searches for sessions of the user. */
  private void search(String space, Duration left) {
    String prefix = space.equals(PREFIXED) ? PREFIX : "";
    String key = prefix + "logout:{" + prefix + "index:user-sessions:u1}";
    String number = foreign(space).text("GET", key).replaceFirst(" .*", "");
    foreign(space)
        .send("SET", key, number + " " + clock.instant().plus(left).toEpochMilli(), "KEEPTTL");
  }

  @ParameterizedTest
  @ValueSource(strings = {AETHERCAST, PREFIXED})
  void duringASearch_useMakesNoSessionNew(String space) throws Exception {
    ask(loggingOut(space, "u1"));
    search(space, Duration.ofSeconds(20));
    writeForeignUsed(space, "old", "2026-11-21T04:02:00");
    assertRefused(Code.SESSION_UNKNOWN, reading(space, "old"));
    writeForeignUsed(space, "later", "2026-11-21T04:02:00");
    clock.move(Duration.ofSeconds(21));
    assertEquals("later", read(space, "later").id(), "nobody searches any more");
  }

  @ParameterizedTest
  @ValueSource(strings = {CONTENT, COUNCIL})
  void duringASearch_sessionsCreatedLaterStay(String space) throws Exception {
    ask(loggingOut(space, "u1"));
    search(space, Duration.ofSeconds(20));
    writeForeign(space, "old", "u1", "2026-11-21T04:00:00.000");
    writeForeign(space, "new", "u1", "2026-11-21T04:02:00.000");
    assertRefused(Code.SESSION_UNKNOWN, reading(space, "old"));
    assertEquals("new", read(space, "new").id());
  }

  @Test
  void aSearchInTheBackground_saysWhenItIsOver() throws Exception {
    foreign(AETHERCAST)
        .send(
            "EVAL",
            "for i = 1, 3000 do redis.call('SET', 'session:f' .. i, '{\"user_id\": \"u' .. i % 2"
                + " .. '\", \"last_activity_timestamp\": \"2026-11-21T04:02:00\"}', 'PX', 600000)"
                + " end",
            0);
    assertTrue(ask(loggingOut(AETHERCAST, "u1")).searching());
    Awaitility.await()
        .untilAsserted(
            () ->
                assertTrue(
                    foreign(AETHERCAST)
                        .text("GET", "logout:{index:user-sessions:u1}")
                        .endsWith(" " + clock.millis())));
    assertEquals(1500, live(AETHERCAST).size());
  }

  @EachSpace
  void anExceptedSessionThatNobodyHasSeenHere_lives(String space) throws Exception {
    writeForeign(space, "f1", "u1", "2026-11-21T04:00:00.000");
    writeForeign(space, "f2", "u1", "2026-11-21T04:00:00.000");
    assertEquals(new Ended(1, false), ask(new EndUserSessions(space, "u1", "f1")));
    assertEquals(Set.of(key(space, "f1")), live(space));
    assertEquals("f1", read(space, "f1").id());
    assertEquals(1, ask(listing(space, "u1")).items().size());
  }

  @EachSpace
  void aSearchWhoseNodeDied_isDoneByAnother(String space) throws Exception {
    writeForeign(space, "f3", "u1", "2026-11-21T04:00:00.000");
    assertEquals(new Ended(0, false), ask(new EndUserSessions(space, "u1", "f3")));
    String prefix = space.equals(PREFIXED) ? PREFIX : "";
    String searches = prefix + "index:logout-searches";
    assertEquals(0L, foreign(space).send("EXISTS", searches));
    for (int i = 0; i < 3; i++) {
      writeForeign(space, "f" + i, "u1", "2026-11-21T04:00:00.000");
    }
    writeForeign(space, "other", "u2", "2026-11-21T04:00:00.000");
    String number = Long.toString(clock.millis() * 1000);
    foreign(space).send("ZADD", searches, clock.millis() - 1, number + " f3 u1");
    addNode(settings(Duration.ofMillis(20), Map.of()));
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertEquals(Set.of(key(space, "f3"), key(space, "other")), live(space));
              assertEquals(0L, foreign(space).send("EXISTS", searches));
            });
  }

  @EachSpace
  void aDeadSessionWhoseIdIsUsedAgain_staysInTheList(String space) throws Exception {
    for (int i = 0; i < 5; i++) {
      open(space, "s1", "u1");
      foreign(space).send("DEL", key(space, "s1"));
      assertEquals(List.of(), ask(listing(space, "u1")).items());
    }
    open(space, "s1", "u1");
    assertEquals(1, ask(listing(space, "u1")).items().size());
  }
}
