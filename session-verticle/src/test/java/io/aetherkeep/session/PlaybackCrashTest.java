package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;

/** Reports whose node dies between two commands, and reports to a server without cached scripts. */
class PlaybackCrashTest extends PlaybackDeployment {

  /** Reports to a node that dies after a number of commands; answers whether it died. */
  private boolean reportUntil(int commands, ReportPlayback report) throws Exception {
    try (CuttableWay way = way();
        SessionNode dying = nodeOn(way, report.space())) {
      way.cutAfter(commands);
      await(dying.asks(report).otherwiseEmpty());
      return way.isCut();
    }
  }

  private void assertListeners(String space, String podcast, long count) throws Exception {
    Listeners now = listeners(space, podcast);
    assertEquals(List.of(count, count), List.of(now.listeners(), now.users()), podcast);
  }

  private boolean names(String space, String id, String podcast) throws Exception {
    return peek(space, id).document().toString().contains('"' + podcast + '"');
  }

  @EachSpace
  void whereverTheNodeOfAFirstPlayDies_itStopsWithItsLease(String space) throws Exception {
    boolean died = true;
    for (int commands = 0; died; commands++) {
      String id = "s" + commands;
      open(space, id, "u" + commands);
      died = reportUntil(commands, play(space, id, "p1", 0, 1));
      assertTrue(!names(space, id, "p1") || playback(space, id).state() == State.PLAYING);
      clock.move(Duration.ofSeconds(61));
      assertListeners(space, "p1", 0);
      await("after " + commands + " commands")
          .until(() -> playback(space, id).state() == State.STOPPED && !names(space, id, "p1"));
      removeAll(space);
    }
  }

  @EachSpace
  void whereverTheNodeOfAChangeDies_theNextReportHolds_andTheRestGoesWithItsLease(String space)
      throws Exception {
    boolean died = true;
    for (int commands = 0; died; commands++) {
      String id = "s" + commands;
      open(space, id, "u" + commands);
      ask(play(space, id, "p1", 0, 1));
      died = reportUntil(commands, play(space, id, "p2", 0, 2));
      assertFalse(ask(play(space, id, "p3", 0, 3)).late());
      assertListeners(space, "p2", 0);
      assertListeners(space, "p3", 1);
      assertTrue(names(space, id, "p3"));
      clock.move(Duration.ofSeconds(59));
      ask(play(space, id, "p3", 0, 4));
      clock.move(Duration.ofSeconds(1));
      assertListeners(space, "p1", 0);
      assertListeners(space, "p3", 1);
      ask(new EndSession(space, id));
      assertListeners(space, "p3", 0);
      removeAll(space);
    }
  }

  /** The keys that a node leaves that dies right after its sweep stopped the playback. */
  @EachSpace
  void whereTheNodeOfASweepDies_anotherCompletesTheStop(String space) throws Exception {
    String prefix = space.equals(PREFIXED) ? PREFIX : "";
    String playback = playbackKey(space, "s1");
    open(space, "s1", "u1");
    ask(play(space, "s1", "p1", 0, 1));
    foreign(space).send("HSET", playback, "state", "stopped", "seq", 2, "lapsedFrom", "playing");
    foreign(space).send("HSET", playback, "lapsedAt", clock.millis());
    foreign(space).send("DEL", prefix + "connections:{" + playback + "}");
    foreign(space).send("ZADD", prefix + "index:playbacks-due", clock.millis() - 1, "s1");
    await().until(() -> !names(space, "s1", "p1"));
    await().until(() -> told("s1").stream().anyMatch(event -> event.playback().seq() == 2));
    assertListeners(space, "p1", 0);
  }

  /** A script that must be sent in full runs after commands that were sent behind it. */
  @RepeatedTest(5)
  void aServerWithoutScripts_receivesAllCommandsInOrder() throws Exception {
    SessionNode other = addNode();
    for (int i = 0; i < 10; i++) {
      open(AETHERCAST, "s" + i, "u" + i);
      ask(play(AETHERCAST, "s" + i, "p1", 0, 1));
    }
    foreign(AETHERCAST).send("SCRIPT", "FLUSH");
    Future<?> stopped =
        Future.all(
            IntStream.range(0, 10)
                .mapToObj(i -> other.asks(state(AETHERCAST, "s" + i, State.STOPPED)))
                .toList());
    Future<?> changed =
        Future.all(
            IntStream.range(0, 10)
                .mapToObj(i -> node.asks(play(AETHERCAST, "s" + i, "p2", 0, 5)))
                .toList());
    await(Future.all(stopped, changed));
    assertListeners(AETHERCAST, "p1", 0);
    int playing = 0;
    for (int i = 0; i < 10; i++) {
      boolean plays = playback(AETHERCAST, "s" + i).state() == State.PLAYING;
      playing += plays ? 1 : 0;
      assertEquals(plays, names(AETHERCAST, "s" + i, "p2"));
    }
    assertListeners(AETHERCAST, "p2", playing);
  }
}
