package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackStats;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlaybackStats;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Playback of a session: reported, sequenced, stored, and removed with its session. */
class PlaybackTest extends PlaybackDeployment {

  /** The active podcast in a session's document. */
  private Object active(String space, String id) throws Exception {
    JsonObject document = new JsonObject(peek(space, id).document().bytes());
    return switch (space) {
      case COUNCIL -> document.getValue("activePodcastStreamId");
      case CONTENT -> document.getJsonObject("data").getValue("active_podcast_stream_id");
      default -> document.getValue("active_podcast_stream_id");
    };
  }

  @EachSpace
  void play_isStoredToTheByteAndEndsInADay(String space) throws Exception {
    open(space, "s1", "u1");
    ask(new ReportPlayback(space, "s1", State.PLAYING, "p1", 61_000L, 1.25, 7L, null, null));
    assertEquals(
        List.of(
            "podcastId",
            "p1",
            "state",
            "playing",
            "positionMs",
            "61000",
            "rate",
            "1.25",
            "updatedAt",
            "2026-11-21T04:01:45.551Z",
            "connections",
            "0",
            "seq",
            "7",
            "user",
            "u1"),
        foreign(space).send("HGETALL", playbackKey(space, "s1")));
    assertNear(86_400, secondsLeft(space, playbackKey(space, "s1")));
    assertEquals(
        new Playback(
            "s1", "p1", State.PLAYING, 61_000, 1.25, "2026-11-21T04:01:45.551Z", 7, 0, null),
        playback(space, "s1"));
  }

  @EachSpace
  void playAndStop_areInTheSessionsDocument_andNothingElseChanges(String space) throws Exception {
    String before = open(space, "s1", "u1").document().toString();
    play(space, "s1", "p\"1");
    assertEquals("p\"1", active(space, "s1"));
    assertLifetime(usualSeconds(space), space, "s1");
    ask(state(space, "s1", State.PAUSED));
    assertEquals("p\"1", active(space, "s1"));
    ask(state(space, "s1", State.STOPPED));
    assertNull(active(space, "s1"));
    assertEquals(new JsonObject(before), new JsonObject(peek(space, "s1").document().bytes()));
    assertLifetime(usualSeconds(space), space, "s1");
  }

  @Test
  void aForeignSession_keepsItsFieldsByteForByte() throws Exception {
    String stored = "{ \"x\": 1.0, \"user_id\":12345678901234567890, \"data\": {\"é\":[1, 2]} }";
    foreign(CONTENT).send("SETEX", "session:s1", "600", stored);
    play(CONTENT, "s1", "p1");
    assertTrue(
        stored(CONTENT, "s1")
            .startsWith(
                stored.replace("2]}", "2],\"active_podcast_stream_id\":\"p1\"}").replace(" }", "")),
        stored(CONTENT, "s1"));
  }

  @EachSpace
  void ofReports_theNewestSeqWins(String space) throws Exception {
    open(space, "s1", "u1");
    ask(play(space, "s1", "p1", 1000, 5));
    assertTrue(ask(play(space, "s1", "p2", 1, 5)).late());
    assertTrue(ask(progress(space, "s1", 1, 4)).late());
    assertFalse(ask(progress(space, "s1", 2000, 6)).late());
    Reported paused = ask(state(space, "s1", State.PAUSED));
    assertFalse(paused.late());
    assertEquals(2000, paused.playback().positionMs());
    assertEquals(7, paused.playback().seq());
    assertEquals("2000", foreign(space).text("HGET", playbackKey(space, "s1"), "positionMs"));
    Reported late =
        ask(new ReportPlayback(space, "s1", State.PLAYING, "p1", 9L, null, 7L, null, null));
    assertTrue(late.late());
    assertEquals(paused.playback(), late.playback());
  }

  /** A value that another service wrote to the document stays. */
  @Test
  void aLateOrEmptyReport_leavesTheDocument() throws Exception {
    open(COUNCIL, "s1", "u1");
    foreign(COUNCIL).send("HSET", "session:s1", "activePodcastStreamId", "theirs");
    assertRefused(Code.INVALID_BODY, state(COUNCIL, "s1", State.PLAYING));
    assertEquals("theirs", active(COUNCIL, "s1"));
    ask(play(COUNCIL, "s1", "p1", 0, 5));
    foreign(COUNCIL).send("HSET", "session:s1", "activePodcastStreamId", "theirs");
    assertTrue(ask(play(COUNCIL, "s1", "p2", 0, 5)).late());
    assertEquals("theirs", active(COUNCIL, "s1"));
    assertFalse(ask(play(COUNCIL, "s1", "p1", 0, 6)).late());
    assertEquals("p1", active(COUNCIL, "s1"));
  }

  /** The server counts beyond the clients' limit, and reads back the exact count. */
  @EachSpace
  void theGreatestSeq_locksNobodyOut(String space) throws Exception {
    long greatest = 999_999_999_999_999L;
    open(space, "s1", "u1");
    assertFalse(ask(play(space, "s1", "p1", 0, greatest)).late());
    Reported paused = ask(state(space, "s1", State.PAUSED));
    assertFalse(paused.late());
    assertEquals(greatest + 1, paused.playback().seq());
    assertTrue(ask(play(space, "s1", "p2", 0, greatest)).late());
    Reported stopped = ask(state(space, "s1", State.STOPPED));
    assertFalse(stopped.late());
    assertEquals(greatest + 2, playback(space, "s1").seq());
    assertRefused(Code.INVALID_BODY, play(space, "s1", "p1", 0, greatest + 1));
  }

  @Test
  void aPositionOfSomethingElse_comesTooLate() throws Exception {
    open(COUNCIL, "s1", "u1");
    assertTrue(ask(progress(COUNCIL, "s1", 10, 1)).late());
    ask(play(COUNCIL, "s1", "p1", 0, 2));
    assertTrue(ask(new ReportPlayback(COUNCIL, "s1", null, "p0", 9L, null, 3L, null, null)).late());
    ask(state(COUNCIL, "s1", State.STOPPED));
    assertTrue(ask(progress(COUNCIL, "s1", 10, 99)).late());
    assertEquals(0, playback(COUNCIL, "s1").positionMs());
  }

  /** A node that does not know the playback reads it before it answers that a position is late. */
  @Test
  void aPositionAfterAReportToAnotherNode_isAccepted() throws Exception {
    SessionNode other = addIdleNode();
    open(COUNCIL, "s1", "u1");
    ask(play(COUNCIL, "s1", "p1", 0, 1));
    ask(state(COUNCIL, "s1", State.STOPPED));
    await(other.asks(play(COUNCIL, "s1", "p1", 0, 3)));
    assertFalse(ask(progress(COUNCIL, "s1", 10, 4)).late());
    await(other.asks(play(COUNCIL, "s1", "p2", 0, 5)));
    assertFalse(
        ask(new ReportPlayback(COUNCIL, "s1", null, "p2", 20L, null, 6L, null, null)).late());
    await().until(() -> playback(COUNCIL, "s1").equals(read(other, "s1")));
    assertEquals(20, read(other, "s1").positionMs());
  }

  private static Playback read(SessionNode node, String id) throws Exception {
    return await(node.asks(new ReadPlayback(COUNCIL, id)));
  }

  @Test
  void whatCannotBeReported_isSaid() throws Exception {
    open(CONTENT, "s1", "u1");
    assertRefused(Code.INVALID_BODY, state(CONTENT, "s1", State.PLAYING));
    assertRefused(Code.INVALID_BODY, progress(CONTENT, "s1", -1, 1));
    assertRefused(Code.INVALID_BODY, progress(CONTENT, "s1", 1, -1));
    assertRefused(Code.INVALID_BODY, progress(CONTENT, "s1", Long.MAX_VALUE, 1));
    assertRefused(Code.INVALID_ID, play(CONTENT, "s1", "p 1", 0, 1));
    assertRefused(Code.INVALID_ID, play(CONTENT, "s 1", "p1", 0, 1));
    assertRefused(Code.SPACE_UNKNOWN, play("none", "s1", "p1", 0, 1));
    assertRefused(Code.SESSION_UNKNOWN, play(CONTENT, "s2", "p1", 0, 1));
    assertRefused(Code.SESSION_UNKNOWN, progress(CONTENT, "s2", 0, 1));
    assertRefused(Code.SESSION_UNKNOWN, new ReadPlayback(CONTENT, "s2"));
    for (double rate : new double[] {0, -1, 17, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(
          Code.INVALID_BODY,
          new ReportPlayback(CONTENT, "s1", null, null, null, rate, null, null, null));
    }
    assertRefused(
        Code.INVALID_BODY,
        new ReportPlayback(CONTENT, "s1", null, null, null, null, 1L, null, null));
    assertEquals(-2, secondsLeft(CONTENT, "playback:s1"));
  }

  @EachSpace
  void endOfASession_isTheEndOfWhatItPlays(String space) throws Exception {
    open(space, "s1", "u1");
    ask(play(space, "s1", "p1", 0, 1));
    ask(progress(space, "s1", 500, 2));
    ask(new EndSession(space, "s1"));
    assertRefused(Code.SESSION_UNKNOWN, progress(space, "s1", 1000, 3));
    assertRefused(Code.SESSION_UNKNOWN, play(space, "s1", "p1", 0, 9));
    assertEquals(-2, secondsLeft(space, playbackKey(space, "s1")));
    Listeners none = listeners(space, "p1");
    assertEquals(List.of(0L, 0L, 1L), List.of(none.listeners(), none.users(), none.peak()));
  }

  @EachSpace
  void expiryOfASession_isTheEndOfWhatItPlays_andItsIdIsFree(String space) throws Exception {
    openLasting(space, "s1", 60);
    play(space, "s1", "p1");
    expire(space, "s1");
    clock.move(Duration.ofSeconds(61));
    await().untilAsserted(() -> assertEquals(-2, secondsLeft(space, playbackKey(space, "s1"))));
    open(space, "s1", "u2");
    assertNull(playback(space, "s1").podcastId());
    assertFalse(play(space, "s1", "p2").late());
  }

  @EachSpace
  void rotation_takesWhatIsPlayedAlong(String space) throws Exception {
    open(space, "s1", "u1");
    ask(play(space, "s1", "p1", 1000, 4));
    ask(progress(space, "s1", 3000, 5));
    String fresh = ask(new RotateSession(space, "s1")).id();
    Playback on = playback(space, fresh);
    assertEquals(List.of("p1", 3000L, 5L), List.of(on.podcastId(), on.positionMs(), on.seq()));
    assertEquals(State.PLAYING, on.state());
    assertEquals(1, listeners(space, "p1").listeners());
    assertEquals(1, listeners(space, "p1").users());
    assertEquals("p1", active(space, fresh));
    assertRefused(Code.SESSION_UNKNOWN, progress(space, "s1", 4000, 6));
    assertEquals(-2, secondsLeft(space, playbackKey(space, "s1")));
  }

  @Test
  void foreignBytes_areReadAsFarAsTheyMakeSense() throws Exception {
    open(COUNCIL, "s1", "u1");
    foreign(COUNCIL)
        .send(
            "HSET",
            "playback:s1",
            "podcastId",
            "p1",
            "state",
            "buffering",
            "positionMs",
            "0x1F",
            "rate",
            "fast",
            "seq",
            "1e3",
            "device",
            "tv");
    assertEquals(
        new Playback("s1", "p1", State.STOPPED, 0, 1, null, 0, 0, null), playback(COUNCIL, "s1"));
    assertFalse(ask(play(COUNCIL, "s1", "p1", 10, 1)).late());
    assertEquals("tv", foreign(COUNCIL).text("HGET", "playback:s1", "device"));
    foreign(COUNCIL).send("SET", "playback:s1", "text");
    assertEquals(State.STOPPED, playback(COUNCIL, "s1").state());
    assertFalse(ask(play(COUNCIL, "s1", "p1", 10, 2)).late());
    assertEquals(1, ask(new EndSession(COUNCIL, "s1")).ended());
    assertEquals(-2, secondsLeft(COUNCIL, "playback:s1"));
  }

  @Test
  void changes_arePublishedAtOnce_positionsWhenWritten() throws Exception {
    open(CONTENT, "s1", "u1");
    ask(play(CONTENT, "s1", "p1", 0, 1));
    await().untilAsserted(() -> assertEquals(1, told("s1").size()));
    for (int i = 2; i <= 50; i++) {
      ask(progress(CONTENT, "s1", i * 100L, i));
    }
    await()
        .untilAsserted(
            () -> {
              Playback last = told("s1").get(told("s1").size() - 1).playback();
              assertEquals(5000, last.positionMs());
              assertEquals("5000", foreign(CONTENT).text("HGET", "playback:s1", "positionMs"));
            });
    PlaybackStats stats = ask(new ReadPlaybackStats(CONTENT));
    assertEquals(49, stats.received());
    assertEquals(0, stats.dropped());
    assertTrue(stats.written() <= 49 && stats.written() > 0);
    assertEquals(1, stats.joined());
  }
}
