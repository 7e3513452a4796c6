package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.catalogue.SessionListAsks.ReadSessionStats;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.settings.SessionSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The expiry of a session is noticed, announced once, and cleaned up by one of two nodes. */
class SessionExpiryTest extends SessionDeployment {

  @BeforeEach
  void anotherNode() throws Exception {
    addNode();
  }

  @Override
  protected SessionSettings settings() {
    return settings(Duration.ofMillis(20), Map.of());
  }

  private long expired(String id) {
    return heard(SessionExpired.class).stream().filter(event -> event.id().equals(id)).count();
  }

  private static String prefix(String space) {
    return space.equals(PREFIXED) ? PREFIX : "";
  }

  @EachSpace
  void expiry_isPublishedOnce_andLeavesNothing(String space) throws Exception {
    openLasting(space, "s1", 60);
    expire(space, "s1");
    clock.move(Duration.ofSeconds(61));
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertEquals(
                  List.of(new SessionExpired(space, "s1", UserId.named("u"))),
                  heard(SessionExpired.class));
              assertEquals(Set.of(), keys(space));
            });
    assertEquals(0, ask(new ReadSessionStats(space)).live());
  }

  /** A node that dies after its announcement leaves a mark, which must not hide the next expiry. */
  @EachSpace
  void aSessionThatIsWrittenAnew_isAdopted_andItsNextExpiryIsAnnounced(String space)
      throws Exception {
    nodes.forEach(each -> each.wants(space, "session-expired"));
    openLasting(space, "s1", 60);
    expire(space, "s1");
    clock.move(Duration.ofSeconds(61));
    Awaitility.await().until(() -> score(space, prefix(space) + "index:sessions", "s1") == -1);
    foreign(space).send("HSET", beside(space, "facts", "s1"), "expired", "1 u");
    if (space.equals(COUNCIL)) {
      foreign(space).send("HSET", key(space, "s1"), "userId", "u");
      foreign(space).send("PEXPIRE", key(space, "s1"), 60_000);
    } else {
      foreign(space).send("SETEX", key(space, "s1"), 60, "{\"user_id\": \"u\"}");
    }
    read(space, "s1");
    for (String index : List.of("index:sessions", "index:user-sessions:u")) {
      Awaitility.await().until(() -> score(space, prefix(space) + index, "s1") > 0);
    }
    expire(space, "s1");
    clock.move(Duration.ofDays(31));
    Awaitility.await().until(() -> expired("s1") == 2);
    String outbox = prefix(space) + "outbox:{WEBHOOKS}:events";
    assertEquals(2, foreign(space).number("XLEN", outbox));
    Awaitility.await()
        .until(() -> foreign(space).number("EXISTS", beside(space, "facts", "s1")) == 0);
  }

  /**
   * A node that dies after its announcement leaves the mark beside the tombstone of a later end.
   */
  @EachSpace
  void expiry_doesNotShortenATombstone(String space) throws Exception {
    String facts = beside(space, "facts", "s1");
    foreign(space).send("HSET", facts, "expired", "1 u", "ended", "1");
    foreign(space).send("PEXPIRE", facts, Duration.ofDays(30).toMillis());
    foreign(space).send("ZADD", prefix(space) + "index:sessions", clock.millis() - 1, "s1");
    Awaitility.await().until(() -> expired("s1") == 1);
    assertTrue(foreign(space).number("PTTL", facts) > Duration.ofDays(29).toMillis());
  }

  @EachSpace
  void expiryAndEnd_nameTheUser_whenRedisRefusedTheirEventAtFirst(String space) throws Exception {
    String outbox = prefix(space) + "outbox:{WEBHOOKS}:events";
    open(space, "s2", "u2");
    nodes.forEach(each -> each.wants(space, "session-ended"));
    foreign(space).send("SET", outbox, "junk");
    assertEquals(1, ask(new EndSession(space, "s2")).ended());
    String ended = String.valueOf(foreign(space).send("XRANGE", outbox, "-", "+"));
    assertTrue(ended.contains("user, u2"), ended);
    nodes.forEach(each -> each.wants(space, "session-expired"));
    foreign(space).send("SET", outbox, "junk");
    openLasting(space, "s1", 60);
    expire(space, "s1");
    clock.move(Duration.ofSeconds(61));
    Awaitility.await().until(() -> expired("s1") == 1);
    String events = String.valueOf(foreign(space).send("XRANGE", outbox, "-", "+"));
    assertTrue(events.contains("user, u"), events);
  }

  @EachSpace
  void numberedUsers_areNumbersInEvents(String space) throws Exception {
    ask(new OpenSession(space, "s1", UserId.numbered(7), null, null, 60L));
    ask(new OpenSession(space, "s2", UserId.named("7"), null, null, 60L));
    expire(space, "s1");
    expire(space, "s2");
    clock.move(Duration.ofSeconds(61));
    // A hash holds strings.
    UserId seven = space.equals(COUNCIL) ? UserId.named("7") : UserId.numbered(7);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertEquals(
                    Set.of(
                        new SessionExpired(space, "s1", seven),
                        new SessionExpired(space, "s2", UserId.named("7"))),
                    Set.copyOf(heard(SessionExpired.class))));
    // The claim is returned after the announcement.
    Awaitility.await().untilAsserted(() -> assertEquals(Set.of(), keys(space)));
  }

  @EachSpace
  void expiryOfMany_isPublishedOnceEach(String space) throws Exception {
    List<OpenSession> asks =
        IntStream.range(0, 250)
            .mapToObj(i -> new OpenSession(space, "s" + i, UserId.named("u"), null, null, 60L))
            .toList();
    askAll(asks);
    assertEquals(250, ask(new ReadSessionStats(space)).live());
    for (int i = 0; i < 249; i++) {
      foreign(space).send("DEL", key(space, "s" + i));
    }
    foreign(space).send("PEXPIRE", key(space, "s249"), 600_000);
    clock.move(Duration.ofSeconds(61));
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertEquals(249, heard(SessionExpired.class).size());
              assertEquals(1L, foreign(space).send("ZCARD", prefix(space) + "index:sessions"));
            });
    assertEquals(249, heard(SessionExpired.class).stream().distinct().count());
    assertEquals(1, ask(new ReadSessionStats(space)).live());
  }

  @EachSpace
  void aSessionThatWasUsedSinceLivesOn(String space) throws Exception {
    openLasting(space, "s1", 60);
    clock.move(Duration.ofSeconds(61));
    long now = clock.millis();
    Awaitility.await()
        .untilAsserted(
            () -> assertTrue(score(space, prefix(space) + "index:sessions", "s1") > now + 50_000));
    assertEquals(List.of(), heard(SessionExpired.class));
    assertEquals("s1", read(space, "s1").id());
  }

  @EachSpace
  void aForeignSessionThatWasReadExpiresLikeAnyOther(String space) throws Exception {
    if (space.equals(COUNCIL)) {
      foreign(space).send("HSET", "session:s1", "userId", "u");
      foreign(space).send("EXPIRE", "session:s1", 600);
    } else {
      foreign(space).send("SETEX", key(space, "s1"), 600, "{\"user_id\": \"u\"}");
    }
    read(space, "s1");
    String index = prefix(space) + "index:sessions";
    Awaitility.await().untilAsserted(() -> assertTrue(score(space, index, "s1") > 0));
    expire(space, "s1");
    clock.move(Duration.ofSeconds(usualSeconds(space) + 1));
    Awaitility.await().untilAsserted(() -> assertEquals(1, expired("s1")));
  }

  @Test
  void whatADeadNodeClaimedIsTakenOverWhenItsLeaseIsOver() throws Exception {
    openLasting(AETHERCAST, "s1", 60);
    openLasting(AETHERCAST, "s2", 60);
    expire(AETHERCAST, "s1");
    expire(AETHERCAST, "s2");
    long until = clock.millis() + Duration.ofSeconds(90).toMillis();
    foreign(AETHERCAST).send("ZADD", "index:sessions", until + ".5", "s1");
    clock.move(Duration.ofSeconds(61));
    Awaitility.await().untilAsserted(() -> assertEquals(1, expired("s2")));
    assertEquals(0, expired("s1"));
    clock.move(Duration.ofSeconds(30));
    Awaitility.await().untilAsserted(() -> assertEquals(1, expired("s1")));
  }

  @Test
  void keyspaceNotificationsAreAHint() throws Exception {
    foreign(AETHERCAST).send("CONFIG", "SET", "notify-keyspace-events", "Ex");
    try {
      for (String space : SPACES) {
        open(space, "s1", "u1");
        Awaitility.await()
            .untilAsserted(
                () -> {
                  foreign(space).send("PEXPIRE", key(space, "s1"), 1);
                  assertEquals(
                      List.of(new SessionExpired(space, "s1", UserId.named("u1"))),
                      heard(SessionExpired.class).stream()
                          .filter(event -> event.space().equals(space))
                          .toList());
                });
      }
    } finally {
      foreign(AETHERCAST).send("CONFIG", "SET", "notify-keyspace-events", "");
    }
  }

  @EachSpace
  void aSessionThatIsEndedAfterItExpiredIsToldOfOnce(String space) throws Exception {
    openLasting(space, "s1", 60);
    expire(space, "s1");
    ask(new EndSession(space, "s1"));
    clock.move(Duration.ofSeconds(61));
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertEquals(
                  1, heard(SessionExpired.class).size() + heard(SessionEnded.class).size());
              assertEquals(-1, score(space, prefix(space) + "index:sessions", "s1"));
              assertEquals(-1, score(space, prefix(space) + "index:user-sessions:u", "s1"));
            });
  }

  @EachSpace
  void whatALateWriterBringsBackIsRemoved(String space) throws Exception {
    open(space, "s1", "u1");
    ask(new EndSession(space, "s1"));
    for (Duration later : List.of(Duration.ofSeconds(1), Duration.ofSeconds(200))) {
      if (space.equals(COUNCIL)) {
        foreign(space).send("HSET", "session:s1", "userId", "u1");
        foreign(space).send("RPUSH", "session:s1:history", "{}");
      } else {
        foreign(space).send("SETEX", key(space, "s1"), 600, "{\"user_id\": \"u1\"}");
      }
      clock.move(later);
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertEquals(
                      0L,
                      foreign(space)
                          .send("EXISTS", key(space, "s1"), key(space, "s1") + ":history")));
    }
    foreign(space).send("DEL", beside(space, "facts", "s1"));
    clock.move(Duration.ofMinutes(20));
    Awaitility.await()
        .untilAsserted(
            () -> {
              // The node that removed it last may keep the tombstone a little longer.
              clock.move(Duration.ofSeconds(1));
              assertEquals(Set.of(), keys(space));
            });
    assertEquals(List.of(), heard(SessionExpired.class));
  }

  /** A read that is under way while the session ends adds it to the index again. */
  @EachSpace
  void theIndexForgetsAnEndedSessionThatALateReadEntered(String space) throws Exception {
    open(space, "s1", "u1");
    long expiry = score(space, prefix(space) + "index:sessions", "s1");
    ask(new EndSession(space, "s1"));
    foreign(space).send("ZADD", prefix(space) + "index:sessions", expiry, "s1");
    clock.move(Duration.ofSeconds(2));
    Awaitility.await()
        .untilAsserted(
            () -> assertEquals(-1, score(space, prefix(space) + "index:sessions", "s1")));
  }
}
