package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.catalogue.ListenerAsks.ReadListeners;
import io.aetherkeep.catalogue.PlaybackAsks.Connected;
import io.aetherkeep.catalogue.PlaybackAsks.JoinSession;
import io.aetherkeep.catalogue.PlaybackAsks.KeepConnections;
import io.aetherkeep.catalogue.PlaybackAsks.Kept;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackChanged;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlaybackStats;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionListAsks.ListSessions;
import io.aetherkeep.catalogue.SessionListAsks.SessionFilter;
import io.aetherkeep.catalogue.SessionListAsks.SessionList;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.session.settings.SessionSettings;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Listener presence on two nodes: with differing clocks, at scale, and with exclusive playback. */
class PresenceTest extends PlaybackDeployment {

  private State stateOf(String space, String id) throws Exception {
    return playback(space, id).state();
  }

  private static ReportPlayback on(String connection, String space, String id) {
    return new ReportPlayback(space, id, State.PLAYING, "p1", 0L, null, null, connection, null);
  }

  private static InstantSource ahead(Duration by) {
    InstantSource system = InstantSource.system();
    return () -> system.instant().plus(by);
  }

  /** A node with a fast clock sweeps repeatedly, which an expired session proves. */
  @Test
  void aNodeWhoseClockIsAhead_stopsNobody() throws Exception {
    SessionNode right =
        addNode(settings(NEVER, Map.of()), InstantSource.system(), RedisTime.SERVER);
    SessionNode fast = addNode(settings(), ahead(Duration.ofHours(1)), RedisTime.SERVER);
    for (int i = 0; i < 20; i++) {
      String id = "s" + i;
      await(right.asks(opening(AETHERCAST, id, "u" + i)));
      await(right.asks(new JoinSession(AETHERCAST, id, "c" + i)));
      await(right.asks(on("c" + i, AETHERCAST, id)));
    }
    await(fast.asks(new OpenSession(AETHERCAST, "short", null, null, null, 1L)));
    await().until(() -> !keys(AETHERCAST).contains("facts:{session:short}"));
    for (int i = 0; i < 20; i++) {
      assertEquals("playing", foreign(AETHERCAST).text("HGET", "playback:s" + i, "state"));
    }
    Listeners heard = await(fast.asks(new ReadListeners(AETHERCAST, "p1")));
    assertEquals(List.of(20L, 20L), List.of(heard.listeners(), heard.users()));
  }

  /** Rows are small, but their sessions are read whole. */
  @Test
  void pagesOfListenersWithLargeSessions_endEarlyAndContinue() throws Exception {
    Set<String> expected = new TreeSet<>();
    String large = "x".repeat(500_000);
    for (int i = 0; i < 24; i++) {
      String id = "s" + i;
      open(CONTENT, id, "u1");
      play(CONTENT, id, "p1");
      String document = "{\"user_id\": \"u1\", \"notes\": \"" + large + "\"}";
      foreign(CONTENT).send("SETEX", key(CONTENT, id), 600, document);
      expected.add(id);
    }
    SessionFilter ofPodcast = new SessionFilter(null, "playing", "p1", null, null);
    List<String> found = new ArrayList<>();
    String cursor = null;
    do {
      SessionList page = ask(new ListSessions(CONTENT, cursor, 1000, ofPodcast));
      assertTrue(page.items().size() <= 16, () -> page.items().size() + " of 500 KB");
      page.items().forEach(row -> found.add(row.id()));
      cursor = page.next();
    } while (cursor != null);
    assertEquals(List.copyOf(expected), found.stream().sorted().toList());
  }

  @Test
  void aLapseThatFindsAConnectionAgain_isUndone() throws Exception {
    SessionNode stalled = addIdleNode();
    open(CONTENT, "s1", "u1");
    await(stalled.asks(new JoinSession(CONTENT, "s1", "c1")));
    await(stalled.asks(on("c1", CONTENT, "s1")));
    clock.move(Duration.ofSeconds(61));
    await().until(() -> stateOf(CONTENT, "s1") == State.STOPPED);
    await().until(() -> !stored(CONTENT, "s1").contains("p1"));
    KeepConnections keep = new KeepConnections(CONTENT, List.of(new Connected("s1", "c1")));
    assertEquals(new Kept(1, List.of()), await(stalled.asks(keep)));
    assertEquals(State.PLAYING, stateOf(CONTENT, "s1"));
    assertEquals(1, listeners(CONTENT, "p1").listeners());
    assertTrue(stored(CONTENT, "s1").contains("p1"));
    List<PlaybackChanged> received = told("s1");
    assertEquals(State.PLAYING, received.get(received.size() - 1).playback().state());
  }

  @Test
  void aLapse_isNotUndoneForWhoComesLater_norWhereSomebodyStopped() throws Exception {
    for (String id : List.of("s1", "s2")) {
      open(COUNCIL, id, "u1");
      join(COUNCIL, id, "c1");
      ask(on("c1", COUNCIL, id));
    }
    clock.move(Duration.ofSeconds(61));
    await().until(() -> stateOf(COUNCIL, "s1") == State.STOPPED);
    await().until(() -> stateOf(COUNCIL, "s2") == State.STOPPED);
    assertEquals(State.STOPPED, join(COUNCIL, "s1", "c2").state());
    ask(state(COUNCIL, "s2", State.STOPPED));
    ask(
        new KeepConnections(
            COUNCIL, List.of(new Connected("s1", "c2"), new Connected("s2", "c1"))));
    assertEquals(State.STOPPED, stateOf(COUNCIL, "s1"));
    assertEquals(State.STOPPED, stateOf(COUNCIL, "s2"));
  }

  /** A walk through all of the user's sessions in each call would take minutes here. */
  @Test
  void fiveThousandSessionsOfOneUser_playOnTwoNodes() throws Exception {
    addNode();
    int many = 5000;
    for (int from = 0; from < many; from += 500) {
      List<OpenSession> opens =
          IntStream.range(from, from + 500)
              .mapToObj(i -> opening(AETHERCAST, "s" + i, "kiosk"))
              .toList();
      for (Future<?> opened : askAll(opens)) {
        assertTrue(opened.succeeded(), () -> String.valueOf(opened.cause()));
      }
      List<JoinSession> joins =
          IntStream.range(from, from + 500)
              .mapToObj(i -> new JoinSession(AETHERCAST, "s" + i, "c" + i))
              .toList();
      askAll(joins);
      List<ReportPlayback> plays =
          IntStream.range(from, from + 500)
              .mapToObj(i -> on("c" + i, AETHERCAST, "s" + i))
              .toList();
      for (Future<?> played : askAll(plays)) {
        assertTrue(played.succeeded(), () -> String.valueOf(played.cause()));
      }
    }
    Listeners now = listeners(AETHERCAST, "p1");
    assertEquals(List.of(5000L, 1L), List.of(now.listeners(), now.users()));
    clock.move(Duration.ofSeconds(27));
    List<KeepConnections> keeps = new ArrayList<>();
    for (int from = 0; from < many; from += 1000) {
      keeps.add(
          new KeepConnections(
              AETHERCAST,
              IntStream.range(from, from + 1000)
                  .mapToObj(i -> new Connected("s" + i, "c" + i))
                  .toList()));
    }
    for (Future<Kept> kept : askAll(keeps)) {
      assertEquals(1000, kept.result().kept());
    }
    clock.move(Duration.ofSeconds(59));
    now = listeners(AETHERCAST, "p1");
    assertEquals(List.of(5000L, 1L), List.of(now.listeners(), now.users()));
    assertEquals(5000L, foreign(AETHERCAST).send("ZCARD", "leases:{listeners:p1}"));
    ask(new ReportPlayback(AETHERCAST, "s7", State.PLAYING, "p1", 0L, null, null, "c7", true));
    now = listeners(AETHERCAST, "p1");
    assertEquals(List.of(1L, 1L), List.of(now.listeners(), now.users()));
    assertEquals(1L, foreign(AETHERCAST).send("ZCARD", "leases:{listeners:p1}"));
  }

  /** The longest lease of a user's sessions counts, whichever session leaves first. */
  @Test
  void aUser_isThereAsLongAsTheLastLease() throws Exception {
    for (String id : List.of("s1", "s2", "s3")) {
      open(CONTENT, id, "u1");
      play(CONTENT, id, "p1");
      clock.move(Duration.ofSeconds(10));
    }
    ask(state(CONTENT, "s3", State.PAUSED));
    clock.move(Duration.ofSeconds(35));
    assertEquals(new Listeners("p1", 1, 1, 3), listeners(CONTENT, "p1"));
    clock.move(Duration.ofSeconds(10));
    assertEquals(new Listeners("p1", 0, 0, 3), listeners(CONTENT, "p1"));
    await()
        .untilAsserted(
            () -> {
              clock.move(Duration.ofSeconds(1));
              assertEquals(0L, foreign(CONTENT).send("EXISTS", "leases:{listeners:p1}"));
            });
  }

  @RepeatedTest(10)
  void ofSeveralThatAreToPlayAloneAtOnce_onePlays() throws Exception {
    addNode();
    addNode();
    int devices = 4;
    for (int i = 0; i < devices; i++) {
      ask(new OpenSession(CONTENT, "s" + i, UserId.numbered(7), null, null, null));
    }
    play(CONTENT, "s0", "p0");
    List<ReportPlayback> plays =
        IntStream.range(1, devices)
            .mapToObj(
                i ->
                    new ReportPlayback(
                        CONTENT, "s" + i, State.PLAYING, "p1", 0L, null, null, null, true))
            .toList();
    askAll(plays);
    List<String> playing = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      if (stateOf(CONTENT, "s" + i) == State.PLAYING) {
        playing.add("s" + i);
      }
    }
    assertEquals(1, playing.size(), () -> playing + " play");
    assertEquals(1, listeners(CONTENT, "p1").listeners());
    assertEquals(0, listeners(CONTENT, "p0").listeners());
  }

  @Test
  void anIndexOfAnotherType_isHealed() throws Exception {
    List<String> indexes =
        List.of(
            "index:sessions",
            "index:user-sessions:u1",
            "index:user-streams:u1",
            "index:playbacks-due",
            "index:audiences-due",
            "index:most-heard",
            "listeners:p1",
            "users:{listeners:p1}",
            "leases:{listeners:p1}");
    for (String index : indexes) {
      foreign(CONTENT).send("SET", index, "junk");
    }
    open(CONTENT, "s1", "u1");
    play(CONTENT, "s1", "p1");
    assertEquals(1, listeners(CONTENT, "p1").listeners());
    ask(new ReadPlaybackStats(CONTENT));
    await()
        .untilAsserted(
            () -> {
              for (String index : indexes) {
                assertEquals("zset", foreign(CONTENT).text("TYPE", index), index);
              }
            });
  }

  @Test
  void connectionsOfAnotherType_areRemoved() throws Exception {
    open(CONTENT, "s1", "u1");
    play(CONTENT, "s1", "p1");
    foreign(CONTENT).send("SET", "connections:{playback:s1}", "junk");
    ask(new ReadPlayback(CONTENT, "s1"));
    assertEquals("none", foreign(CONTENT).text("TYPE", "connections:{playback:s1}"));
  }

  @Test
  void aPlaceIsTaken_howeverManySessionsGiveWay() throws Exception {
    Instant now = clock.instant();
    for (int i = 0; i < 9000; i++) {
      foreign(AETHERCAST)
          .send(
              "ZADD", "index:user-sessions:u1", now.plusSeconds(60).toEpochMilli() + i, "gone" + i);
    }
    SessionNode capped =
        addNode(
            settings(
                NEVER,
                Map.of(
                    AETHERCAST,
                    new SessionSettings.Policy(
                        new SessionSettings.Cap(3, SessionSettings.Cap.Rule.OLDEST_OUT),
                        0,
                        false,
                        0))));
    assertEquals("s1", await(capped.asks(opening(AETHERCAST, "s1", "u1"))).id());
  }
}
