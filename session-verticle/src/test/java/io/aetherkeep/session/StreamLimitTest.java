package io.aetherkeep.session;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.Cap;
import io.aetherkeep.session.settings.SessionSettings.Policy;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user never exceeds the limit of concurrent streams, on two nodes. */
class StreamLimitTest extends PlaybackDeployment {

  private static final int MOST = 2;

  @Override
  protected SessionSettings settings() {
    Policy two = new Policy(new Cap(0, Cap.Rule.OLDEST_OUT), 0, false, MOST);
    return settings(Duration.ofMillis(20), Map.of(AETHERCAST, two, COUNCIL, two));
  }

  @BeforeEach
  void sessions() throws Exception {
    addNode();
    for (String space : List.of(AETHERCAST, COUNCIL, CONTENT)) {
      for (int i = 0; i < 10; i++) {
        open(space, "s" + i, "u1");
      }
    }
  }

  private static ReportPlayback here(String space, String id) {
    return new ReportPlayback(space, id, State.PLAYING, "p1", 0L, null, null, null, true);
  }

  private State stateOf(String space, String id) throws Exception {
    return playback(space, id).state();
  }

  @Test
  void aStreamTooMany_isRefused_untilAnotherStops() throws Exception {
    play(AETHERCAST, "s1", "p1");
    play(AETHERCAST, "s2", "p1");
    play(AETHERCAST, "s2", "p2");
    ReportPlayback third = play(AETHERCAST, "s3", "p1", 0, 1);
    assertRefused(Code.TOO_MANY_STREAMS, third);
    assertEquals(State.STOPPED, stateOf(AETHERCAST, "s3"));
    ask(state(AETHERCAST, "s1", State.PAUSED));
    ask(third);
    assertRefused(Code.TOO_MANY_STREAMS, state(AETHERCAST, "s1", State.PLAYING));
    ask(new EndSession(AETHERCAST, "s2"));
    ask(state(AETHERCAST, "s1", State.PLAYING));
    open(AETHERCAST, "other", "u2");
    play(AETHERCAST, "other", "p1");
  }

  @Test
  void here_stopsTheOthers() throws Exception {
    play(COUNCIL, "s1", "p1");
    play(COUNCIL, "s2", "p1");
    ask(here(COUNCIL, "s3"));
    assertEquals(State.STOPPED, stateOf(COUNCIL, "s1"));
    assertEquals(State.STOPPED, stateOf(COUNCIL, "s2"));
    assertEquals(State.PLAYING, stateOf(COUNCIL, "s3"));
    assertEquals(1, listeners(COUNCIL, "p1").listeners());
    play(CONTENT, "s1", "p1");
    ask(here(CONTENT, "s2"));
    assertEquals(State.STOPPED, stateOf(CONTENT, "s1"));
  }

  @Test
  void withoutABound_anyNumberPlays() throws Exception {
    for (int i = 0; i < 10; i++) {
      play(CONTENT, "s" + i, "p1");
    }
    assertEquals(10, listeners(CONTENT, "p1").listeners());
    assertEquals(1, listeners(CONTENT, "p1").users());
  }

  @Test
  void ofManyAtOnce_noMorePlayThanMay() throws Exception {
    List<ReportPlayback> asks =
        IntStream.range(0, 10).mapToObj(i -> play(AETHERCAST, "s" + i, "p1", 0, 1)).toList();
    List<Future<Reported>> answers = askAll(asks);
    assertEquals(MOST, answers.stream().filter(Future::succeeded).count());
    assertEquals(MOST, listeners(AETHERCAST, "p1").listeners());
  }

  @Test
  void aStreamNobodyHolds_givesItsPlaceBack() throws Exception {
    play(AETHERCAST, "s1", "p1");
    play(AETHERCAST, "s2", "p1");
    clock.move(Duration.ofSeconds(60));
    assertTrue(!play(AETHERCAST, "s3", "p1").late());
    await().until(() -> stateOf(AETHERCAST, "s1") == State.STOPPED);
  }

  /** A report that fails takes no place. */
  @Test
  void aRefusedReport_takesNoPlace() throws Exception {
    assertRefused(Code.INVALID_BODY, state(AETHERCAST, "s1", State.PLAYING));
    play(AETHERCAST, "s2", "p1");
    play(AETHERCAST, "s3", "p1");
  }
}
