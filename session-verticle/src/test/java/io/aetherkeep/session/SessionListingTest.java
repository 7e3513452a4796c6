package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.SessionAsks.Ended;
import io.aetherkeep.catalogue.SessionListAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ReadSessionStats;
import io.aetherkeep.catalogue.SessionListAsks.SessionList;
import io.aetherkeep.catalogue.SessionListAsks.SessionRow;
import io.aetherkeep.keyspace.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists never show ended sessions, and repair the indexes that they read. */
class SessionListingTest extends SessionDeployment {

  private static String index(String space, String user) {
    return (space.equals(PREFIXED) ? PREFIX : "") + "index:user-sessions:" + user;
  }

  private SessionList list(String space, String user, String cursor, Integer limit)
      throws Exception {
    return ask(new ListUserSessions(space, user, cursor, limit));
  }

  private static List<String> ids(SessionList list) {
    return list.items().stream().map(SessionRow::id).toList();
  }

  private void writeForeign(String space, String id, String user) {
    if (space.equals(COUNCIL)) {
      foreign(space).send("HSET", key(space, id), "userId", user);
      foreign(space).send("EXPIRE", key(space, id), 600);
    } else {
      foreign(space).send("SETEX", key(space, id), 600, "{\"user_id\": \"" + user + "\"}");
    }
  }

  @EachSpace
  void list_showsTheLatestActiveFirst(String space) throws Exception {
    for (String id : List.of("s1", "s2", "s3")) {
      open(space, id, "u1");
      clock.move(Duration.ofSeconds(6));
    }
    read(space, "s1");
    Awaitility.await()
        .untilAsserted(
            () -> assertEquals(List.of("s1", "s3", "s2"), ids(list(space, "u1", null, null))));
    SessionRow row = list(space, "u1", null, null).items().get(2);
    assertEquals(UserId.named("u1"), row.userId());
    assertEquals("2026-11-21T04:01:51.551Z", row.createdAt());
    assertEquals("2026-11-21T04:01:51.551Z", row.lastActivityAt());
    assertEquals(usualSeconds(space), row.ttlSeconds());
  }

  @EachSpace
  void list_isNoActivity(String space) throws Exception {
    open(space, "s1", "u1");
    setSecondsLeft(space, "s1", 100);
    list(space, "u1", null, null);
    ask(new ListSessions(space, null, null));
    assertLifetime(100, space, "s1");
  }

  @EachSpace
  void list_healsWhatIsDeadOrAnothersOrUnreadable(String space) throws Exception {
    for (String id : List.of("s1", "s2", "s3", "s4")) {
      open(space, id, "u1");
    }
    foreign(space).send("DEL", key(space, "s1"));
    foreign(space).send("DEL", key(space, "s2"));
    writeForeign(space, "s2", "u2");
    foreign(space).send("DEL", key(space, "s3"));
    foreign(space).send("RPUSH", key(space, "s3"), "?");
    assertEquals(List.of("s4"), ids(list(space, "u1", null, null)));
    assertEquals(4L, foreign(space).send("ZCARD", index(space, "u1")), "they may be being opened");
    clock.move(Duration.ofSeconds(61));
    assertEquals(List.of("s4"), ids(list(space, "u1", null, null)));
    assertEquals(List.of("s4"), foreign(space).send("ZRANGE", index(space, "u1"), 0, -1));
  }

  @EachSpace
  void list_continuesFromACursor(String space) throws Exception {
    for (int i = 0; i < 7; i++) {
      open(space, "s" + i, "u1");
      clock.move(Duration.ofSeconds(1));
    }
    List<String> all = new ArrayList<>();
    SessionList page = list(space, "u1", null, 3);
    all.addAll(ids(page));
    foreign(space).send("DEL", key(space, "s3"));
    while (page.next() != null) {
      page = list(space, "u1", page.next(), 3);
      all.addAll(ids(page));
    }
    assertEquals(List.of("s6", "s5", "s4", "s2", "s1", "s0"), all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "1.5", "99999999999999999999"})
  void listsRefuseACursorThatWasNotGivenOut(String cursor) {
    assertRefused(Code.INVALID_PARAMETER, new ListUserSessions(CONTENT, "u1", cursor, null));
    assertRefused(Code.INVALID_PARAMETER, new ListSessions(CONTENT, cursor, null));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1001})
  void listsRefuseALimitThatIsNone(int limit) {
    assertRefused(Code.INVALID_PARAMETER, new ListUserSessions(CONTENT, "u1", null, limit));
    assertRefused(Code.INVALID_PARAMETER, new ListSessions(CONTENT, null, limit));
  }

  @EachSpace
  void listAll_findsForeignSessionsAndAdoptsThem(String space) throws Exception {
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < 130; i++) {
      writeForeign(space, "f" + i, "u1");
      expected.add("f" + i);
    }
    foreign(space).send("SET", key(space, "odd"), "odd");
    foreign(space).send("SET", "other", "1");
    assertEquals(0, ask(new ReadSessionStats(space)).live());
    Set<String> found = new TreeSet<>();
    SessionList page = ask(new ListSessions(space, null, 20));
    found.addAll(ids(page));
    while (page.next() != null) {
      page = ask(new ListSessions(space, page.next(), 20));
      found.addAll(ids(page));
    }
    assertEquals(expected, found);
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertEquals(130, ask(new ReadSessionStats(space)).live());
              SessionList first = list(space, "u1", null, null);
              assertEquals(100, first.items().size());
              assertEquals(30, list(space, "u1", first.next(), null).items().size());
            });
    assertLifetime(600, space, "f7");
  }

  /** Rows are small, but their sessions are read whole. */
  @ParameterizedTest
  @ValueSource(strings = {CONTENT, COUNCIL})
  void pagesOfLargeSessions_endEarlyAndContinue(String space) throws Exception {
    Set<String> expected = new TreeSet<>();
    String large = "x".repeat(500_000);
    for (int i = 0; i < 24; i++) {
      open(space, "s" + i, "u1");
      if (space.equals(COUNCIL)) {
        foreign(space).send("HSET", key(space, "s" + i), "notes", large);
      } else {
        String document = "{\"user_id\": \"u1\", \"notes\": \"" + large + "\"}";
        foreign(space).send("SETEX", key(space, "s" + i), 600, document);
      }
      expected.add("s" + i);
    }
    assertEquals(
        expected, idsOfPages(cursor -> ask(new ListUserSessions(space, "u1", cursor, 1000))));
    assertEquals(expected, idsOfPages(cursor -> ask(new ListSessions(space, cursor, 1000))));
  }

  /** A page of a list, given its cursor. */
  private interface Pages {
    SessionList from(String cursor) throws Exception;
  }

  private static Set<String> idsOfPages(Pages pages) throws Exception {
    SessionList page = pages.from(null);
    Set<String> found = new TreeSet<>(ids(page));
    while (page.next() != null) {
      assertTrue(page.items().size() <= 16, () -> "MiB: " + found.size() / 2);
      page = pages.from(page.next());
      found.addAll(ids(page));
    }
    assertTrue(page.items().size() <= 16, () -> "MiB: " + found.size() / 2);
    return found;
  }

  @EachSpace
  void endAll_endsEverySessionButTheExcepted(String space) throws Exception {
    askAll(IntStream.range(0, 120).mapToObj(i -> opening(space, "s" + i, "u1")).toList());
    open(space, "other", "u2");
    assertEquals(new Ended(119, false), ask(new EndUserSessions(space, "u1", "s7")));
    assertEquals(List.of("s7"), ids(list(space, "u1", null, null)));
    assertEquals("other", read(space, "other").id());
    assertEquals(new Ended(1, false), ask(new EndUserSessions(space, "u1", null)));
    assertEquals(new Ended(0, false), ask(new EndUserSessions(space, "u1", "other")));
    assertEquals(List.of("other"), ids(list(space, "u2", null, null)));
    assertEquals(
        Set.of(key(space, "other")),
        keys(space).stream()
            .filter(key -> key.startsWith(key(space, "")))
            .collect(Collectors.toSet()));
    assertEquals(1, ask(new ReadSessionStats(space)).live());
  }

  @EachSpace
  void anIndexOutlivesItsLongestSessionByAnHour(String space) throws Exception {
    openLasting(space, "s1", 600);
    assertNear(600 + 3600, secondsLeft(space, index(space, "u")));
    openLasting(space, "s2", 7200);
    openLasting(space, "s3", 60);
    assertNear(7200 + 3600, secondsLeft(space, index(space, "u")));
    assertNull(list(space, "u", null, null).next());
    assertTrue(list(space, "nobody", null, null).items().isEmpty());
  }
}
