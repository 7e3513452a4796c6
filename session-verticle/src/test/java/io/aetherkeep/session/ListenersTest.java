package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.catalogue.ListenerAsks.ListenersChanged;
import io.aetherkeep.catalogue.ListenerAsks.ReadListeners;
import io.aetherkeep.catalogue.ListenerAsks.ReadTop;
import io.aetherkeep.catalogue.PlaybackAsks.Connected;
import io.aetherkeep.catalogue.PlaybackAsks.JoinSession;
import io.aetherkeep.catalogue.PlaybackAsks.KeepConnections;
import io.aetherkeep.catalogue.PlaybackAsks.Kept;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlaybackStats;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.session.playback.PlaybackStore;
import io.aetherkeep.session.playback.RedisAudience;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Listener leases are renewed, or expire. */
class ListenersTest extends PlaybackDeployment {

  private void assertListeners(String space, String podcast, long listeners, long users)
      throws Exception {
    Listeners now = listeners(space, podcast);
    assertEquals(List.of(listeners, users), List.of(now.listeners(), now.users()));
  }

  private State stateOf(String space, String id) throws Exception {
    return playback(space, id).state();
  }

  @EachSpace
  void listeners_areSessionsThatPlay_andTheirUsers(String space) throws Exception {
    for (String id : List.of("s1", "s2", "s3", "s4")) {
      open(space, id, id.equals("s3") ? "u2" : id.equals("s4") ? null : "u1");
      play(space, id, "p1");
    }
    assertListeners(space, "p1", 4, 3);
    ask(state(space, "s1", State.PAUSED));
    assertListeners(space, "p1", 3, 3);
    ask(state(space, "s2", State.STOPPED));
    assertListeners(space, "p1", 2, 2);
    play(space, "s3", "p2");
    assertListeners(space, "p1", 1, 1);
    assertListeners(space, "p2", 1, 1);
    ask(new EndSession(space, "s4"));
    assertListeners(space, "p1", 0, 0);
    assertEquals(4, listeners(space, "p1").peak());
    assertEquals(0, listeners(space, "nothing").peak());
    assertRefused(Code.INVALID_ID, new ReadListeners(space, "a b"));
    assertRefused(Code.SPACE_UNKNOWN, new ReadListeners("none", "a"));
  }

  /** The dead node is one without background work. */
  @EachSpace
  void aCrashedNodesListeners_areGoneWithin60Seconds(String space) throws Exception {
    SessionNode dying = addIdleNode();
    open(space, "s1", "u1");
    await(dying.asks(play(space, "s1", "p1", 0, 1)));
    await(dying.asks(new JoinSession(space, "s1", "c1")));
    await()
        .untilAsserted(
            () ->
                assertTrue(
                    heard(ListenersChanged.class)
                        .contains(new ListenersChanged(space, "p1", 1, 1))));
    clock.move(Duration.ofSeconds(59));
    assertListeners(space, "p1", 1, 1);
    assertEquals(1, playback(space, "s1").connections());
    clock.move(Duration.ofSeconds(1));
    assertListeners(space, "p1", 0, 0);
    assertEquals(0, playback(space, "s1").connections());
    await().until(() -> stateOf(space, "s1") == State.STOPPED);
    await()
        .untilAsserted(
            () ->
                assertTrue(
                    heard(ListenersChanged.class)
                        .contains(new ListenersChanged(space, "p1", 0, 0))));
    assertEquals(0, ask(new ReadTop(space, null)).items().size());
  }

  @Test
  void renewedConnections_continue_andTheirSessionsLive() throws Exception {
    open(COUNCIL, "s1", "u1");
    open(COUNCIL, "s2", "u1");
    join(COUNCIL, "s1", "c1");
    join(COUNCIL, "s1", "c2");
    play(COUNCIL, "s1", "p1");
    KeepConnections keep =
        new KeepConnections(
            COUNCIL,
            List.of(
                new Connected("s1", "c1"), new Connected("s1", "c2"), new Connected("gone", "c3")));
    for (int i = 0; i < 5; i++) {
      clock.move(Duration.ofSeconds(27));
      setSecondsLeft(COUNCIL, "s1", 100);
      assertEquals(new Kept(2, List.of(new Connected("gone", "c3"))), ask(keep));
      assertLifetime(usualSeconds(COUNCIL), COUNCIL, "s1");
      assertListeners(COUNCIL, "p1", 1, 1);
      assertEquals(2, playback(COUNCIL, "s1").connections());
    }
    assertEquals("2", foreign(COUNCIL).text("HGET", "playback:s1", "connections"));
    ask(new EndSession(COUNCIL, "s1"));
    assertEquals(3, ask(keep).gone().size());
    assertListeners(COUNCIL, "p1", 0, 0);
  }

  @Test
  void aDisconnect_isForgivenWhenSomebodyComesIn15Seconds() throws Exception {
    open(CONTENT, "s1", "u1");
    join(CONTENT, "s1", "c1");
    ask(new ReportPlayback(CONTENT, "s1", State.PLAYING, "p1", 0L, null, 1L, "c1", null));
    leave(CONTENT, "s1", "c1");
    clock.move(Duration.ofSeconds(14));
    assertEquals(State.PLAYING, join(CONTENT, "s1", "c2").state());
    clock.move(Duration.ofSeconds(20));
    assertEquals(State.PLAYING, stateOf(CONTENT, "s1"));
    leave(CONTENT, "s1", "c2");
    clock.move(Duration.ofSeconds(15));
    await().until(() -> stateOf(CONTENT, "s1") == State.STOPPED);
    JsonObject document = new JsonObject(peek(CONTENT, "s1").document().bytes());
    await()
        .untilAsserted(
            () ->
                assertEquals(
                    new JsonObject(),
                    new JsonObject(peek(CONTENT, "s1").document().bytes()).getValue("data")));
    assertTrue(document.containsKey("data"));
    assertListeners(CONTENT, "p1", 0, 0);
    assertEquals(2, playback(CONTENT, "s1").seq());
  }

  @Test
  void aSessionThatStopsWhileSocketsJoinAndContinue_isNotCounted() throws Exception {
    SessionNode other = addNode();
    for (int round = 0; round < 5; round++) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String id = "s" + round + "-" + i;
        open(AETHERCAST, id, "u" + i);
        play(AETHERCAST, id, "p1");
        all.add(node.asks(new JoinSession(AETHERCAST, id, "c1")));
        all.add(node.asks(new KeepConnections(AETHERCAST, List.of(new Connected(id, "c2")))));
        all.add(other.asks(state(AETHERCAST, id, State.STOPPED)));
      }
      Future.all(all).await(20, TimeUnit.SECONDS);
      assertListeners(AETHERCAST, "p1", 0, 0);
    }
  }

  @Test
  void anotherDevice_keepsItPlaying() throws Exception {
    open(AETHERCAST, "s1", "u1");
    join(AETHERCAST, "s1", "c1");
    join(AETHERCAST, "s1", "c2");
    ask(new ReportPlayback(AETHERCAST, "s1", State.PLAYING, "p1", 0L, null, 1L, "c1", null));
    leave(AETHERCAST, "s1", "c1");
    clock.move(Duration.ofSeconds(40));
    assertEquals(State.PLAYING, stateOf(AETHERCAST, "s1"));
    assertEquals(1, playback(AETHERCAST, "s1").connections());
  }

  @Test
  void plainHttp_countsAsLongAsItReports() throws Exception {
    open(CONTENT, "s1", "u1");
    ask(play(CONTENT, "s1", "p1", 0, 1));
    for (int i = 2; i < 8; i++) {
      clock.move(Duration.ofSeconds(25));
      ask(progress(CONTENT, "s1", i * 25_000L, i));
      await()
          .untilAsserted(
              () -> {
                double until =
                    Double.parseDouble(foreign(CONTENT).text("ZSCORE", "listeners:p1", "s1"));
                assertEquals(clock.millis() + 60_000, (long) until);
              });
      assertListeners(CONTENT, "p1", 1, 1);
      assertEquals(0, playback(CONTENT, "s1").connections());
    }
    clock.move(Duration.ofSeconds(60));
    await().until(() -> stateOf(CONTENT, "s1") == State.STOPPED);
  }

  @Test
  void top_namesTheMostHeard() throws Exception {
    for (int i = 0; i < 6; i++) {
      open(AETHERCAST, "s" + i, "u" + i % 2);
      play(AETHERCAST, "s" + i, i < 3 ? "p1" : i < 5 ? "p2" : "p3");
    }
    await()
        .untilAsserted(
            () ->
                assertEquals(
                    List.of(
                        new Listeners("p1", 3, 2, 3),
                        new Listeners("p2", 2, 2, 2),
                        new Listeners("p3", 1, 1, 1)),
                    ask(new ReadTop(AETHERCAST, null)).items()));
    assertEquals(1, ask(new ReadTop(AETHERCAST, 1)).items().size());
    assertRefused(Code.INVALID_PARAMETER, new ReadTop(AETHERCAST, 0));
    assertRefused(Code.INVALID_PARAMETER, new ReadTop(AETHERCAST, 101));
    assertEquals(6, ask(new ReadPlaybackStats(AETHERCAST)).listeners());
  }

  @Test
  void aPeak_isKeptADay() throws Exception {
    open(COUNCIL, "s1", "u1");
    play(COUNCIL, "s1", "p1");
    ask(state(COUNCIL, "s1", State.STOPPED));
    clock.move(Duration.ofHours(23));
    assertEquals(1, listeners(COUNCIL, "p1").peak());
    clock.move(Duration.ofHours(1));
    assertEquals(0, listeners(COUNCIL, "p1").peak());
  }

  /** Within one second of the clock a podcast is announced once, however much changes. */
  @Test
  void listeners_arePublishedAtMostOnceASecond() throws Exception {
    addNode();
    for (int i = 0; i < 20; i++) {
      open(CONTENT, "s" + i, "u" + i);
      await(nodes.get(i % 2).asks(play(CONTENT, "s" + i, "p1", 0, 1)));
    }
    clock.move(Duration.ofSeconds(1));
    await()
        .untilAsserted(
            () ->
                assertTrue(
                    heard(ListenersChanged.class)
                        .contains(new ListenersChanged(CONTENT, "p1", 20, 20))));
    assertTrue(heard(ListenersChanged.class).size() <= 2);
  }

  @Test
  void aHundredThousandListeners_areCountedAndForgotten() throws Exception {
    RedisAudience audience = audience();
    List<PlaybackStore.Listener> some = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      some.add(new PlaybackStore.Listener("s" + i, "u" + i / 2));
      if (some.size() == 500) {
        await(audience.enter("p1", some));
        some.clear();
      }
    }
    assertListeners(CONTENT, "p1", 100_000, 50_000);
    clock.move(Duration.ofSeconds(60));
    assertListeners(CONTENT, "p1", 0, 0);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              clock.move(Duration.ofSeconds(1));
              assertEquals(0L, foreign(CONTENT).send("EXISTS", "listeners:p1"));
              assertEquals(0L, foreign(CONTENT).send("EXISTS", "users:{listeners:p1}"));
              assertEquals(0L, foreign(CONTENT).send("EXISTS", "leases:{listeners:p1}"));
            });
  }
}
