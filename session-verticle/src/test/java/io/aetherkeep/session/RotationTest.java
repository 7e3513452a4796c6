package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.HistoryAsks.History;
import io.aetherkeep.catalogue.HistoryAsks.ReadHistory;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionListAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.SessionRow;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rotations that a node did not complete are completed or rolled back by another. */
class RotationTest extends PlaybackDeployment {

  private List<String> listed(String space) throws Exception {
    return ask(new ListUserSessions(space, "u1", null, null)).items().stream()
        .map(SessionRow::id)
        .toList();
  }

  /** A rotation up to the copy: both ids exist. */
  private void copied(String space) throws Exception {
    open(space, "s1", "u1");
    play(space, "s1", "p1");
    ForeignCopy.of(foreign(space), space.equals(PREFIXED) ? PREFIX : "", clock.millis());
  }

  /** A rotation up to the end of the old id. */
  private void ended(String space) {
    foreign(space).send("DEL", key(space, "s1"), beside(space, "facts", "s1"));
    foreign(space).send("HSET", beside(space, "facts", "s1"), "ended", "fresh");
    foreign(space).send("EXPIRE", beside(space, "facts", "s1"), 900);
  }

  @ParameterizedTest
  @ValueSource(strings = {AETHERCAST, CONTENT, PREFIXED})
  void beforeTheOldIdHasEnded_theCopyGoesAndTheOldOnePlaysOn(String space) throws Exception {
    copied(space);
    assertEquals(List.of("s1"), listed(space), "a copy is no session of its own");
    clock.move(Duration.ofSeconds(6));
    Awaitility.await()
        .untilAsserted(() -> assertEquals(0L, foreign(space).send("EXISTS", key(space, "fresh"))));
    assertEquals(State.PLAYING, playback(space, "s1").state());
    assertEquals("s1", read(space, "s1").id());
    assertRefused(Code.SESSION_UNKNOWN, reading(space, "fresh"));
    Awaitility.await()
        .untilAsserted(
            () -> {
              String prefix = space.equals(PREFIXED) ? PREFIX : "";
              assertEquals(-1, score(space, prefix + "index:user-sessions:u1", "fresh"));
              assertEquals(-1, score(space, prefix + "index:sessions", "fresh"));
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {AETHERCAST, CONTENT, PREFIXED})
  void afterTheOldIdHasEnded_theNewOneIsListedAndPlaysOn(String space) throws Exception {
    copied(space);
    ended(space);
    clock.move(Duration.ofSeconds(6));
    Awaitility.await().untilAsserted(() -> assertEquals(List.of("fresh"), listed(space)));
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertEquals(State.PLAYING, playback(space, "fresh").state());
              assertEquals("p1", playback(space, "fresh").podcastId());
              assertEquals(1, listeners(space, "p1").listeners());
            });
    assertTrue(read(space, "fresh").ttlSeconds() > 60);
    assertRefused(Code.SESSION_UNKNOWN, reading(space, "s1"));
  }

  /** The session exists, plays and is counted once, under either id. */
  private void assertPlaysOnce(String space) throws Exception {
    List<String> listed = listed(space);
    assertEquals(1, listed.size());
    String id = listed.get(0);
    Playback playback = playback(space, id);
    assertEquals(State.PLAYING, playback.state());
    assertEquals("p1", playback.podcastId());
    assertEquals(1234, playback.positionMs());
    assertEquals(1, listeners(space, "p1").listeners());
    assertEquals(1, listeners(space, "p1").users());
    assertEquals(Set.of(id), Set.copyOf(members(space, "index:user-streams:u1")));
    assertEquals(Set.of(playbackKey(space, id)), keysFrom(space, playbackKey(space, "")));
    assertEquals(1, keysFrom(space, key(space, "")).stream().filter(this::isSession).count());
  }

  private boolean isSession(String key) {
    return !key.endsWith(":history");
  }

  private List<String> members(String space, String index) {
    String prefix = space.equals(PREFIXED) ? PREFIX : "";
    return ((List<?>) foreign(space).send("ZRANGE", prefix + index, 0, -1))
        .stream().map(String::valueOf).toList();
  }

  private Set<String> keysFrom(String space, String start) {
    return keys(space).stream().filter(key -> key.startsWith(start)).collect(Collectors.toSet());
  }

  /** Rotates on a node that dies after a number of commands; answers whether it died. */
  private boolean rotateUntil(String space, int commands) throws Exception {
    try (CuttableWay way = way();
        SessionNode dying = nodeOn(way, space)) {
      way.cutAfter(commands);
      await(dying.asks(new RotateSession(space, "s" + commands)).otherwiseEmpty());
      return way.isCut();
    }
  }

  /** Another service appends before each command of the rotation, as long as the id lives. */
  @Test
  void messagesThatOthersAppendMeanwhile_moveWithTheSession() throws Exception {
    String list = key(COUNCIL, "s1") + ":history";
    open(COUNCIL, "s1", "u1");
    foreign(COUNCIL).send("RPUSH", list, "{\"content\":\"first\"}");
    List<String> appended = new CopyOnWriteArrayList<>(List.of("first"));
    String append =
        "if redis.call('HEXISTS', KEYS[1], 'ended') == 1 then return 0 end"
            + " redis.call('RPUSH', KEYS[2], ARGV[1]) return 1";
    String facts = beside(COUNCIL, "facts", "s1");
    try (CuttableWay way = way();
        SessionNode rotating = nodeOn(way, COUNCIL)) {
      way.before(
          () -> {
            String content = "m" + appended.size();
            String message = "{\"content\":\"" + content + "\"}";
            if (foreign(COUNCIL).send("EVAL", append, 2, facts, list, message).equals(1L)) {
              appended.add(content);
            }
          });
      String fresh = await(rotating.asks(new RotateSession(COUNCIL, "s1"))).id();
      assertTrue(appended.size() > 3, appended::toString);
      History history = ask(new ReadHistory(COUNCIL, fresh, null, null));
      assertEquals(
          appended,
          history.items().stream()
              .map(message -> new JsonObject(message.toString()).getString("content"))
              .toList());
      assertEquals(0L, foreign(COUNCIL).send("EXISTS", list));
    }
  }

  @EachSpace
  void whereverItsNodeDies_oneSessionIsThereAndPlaysOn(String space) throws Exception {
    boolean died = true;
    for (int commands = 0; died; commands++) {
      open(space, "s" + commands, "u1");
      ask(play(space, "s" + commands, "p1", 1234, 1));
      died = rotateUntil(space, commands);
      clock.move(Duration.ofSeconds(6));
      Awaitility.await("after " + commands + " commands")
          .untilAsserted(() -> assertPlaysOnce(space));
      ask(new EndUserSessions(space, "u1", null));
      assertEquals(0, listeners(space, "p1").listeners());
      assertEquals(Set.of(), keysFrom(space, playbackKey(space, "")));
      removeAll(space);
    }
  }

  /** Any command may be refused, also one behind the end of the old id. */
  @EachSpace
  void ofRotationsThatOverloadRedis_eachLeavesOneSession(String space) throws Exception {
    for (int i = 0; i < 60; i++) {
      open(space, "s" + i, "u1");
      play(space, "s" + i, "p1");
    }
    List<Future<?>> rotations = new ArrayList<>();
    try (SessionNode busy = nodeWithInFlight(32, space)) {
      for (int i = 0; i < 60; i++) {
        rotations.add(busy.asks(new RotateSession(space, "s" + i)));
      }
      await(Future.join(rotations).otherwiseEmpty());
    }
    clock.move(Duration.ofSeconds(6));
    Awaitility.await().untilAsserted(() -> assertEquals(60, listed(space).size()));
    Awaitility.await().untilAsserted(() -> assertEquals(60, listeners(space, "p1").listeners()));
  }

  @ParameterizedTest
  @ValueSource(strings = {AETHERCAST, CONTENT, PREFIXED})
  void whatBecomesOfTheOldIdMeanwhile_doesNotTakeThePlaybackWithIt(String space) throws Exception {
    copied(space);
    ended(space);
    String prefix = space.equals(PREFIXED) ? PREFIX : "";
    String connections = prefix + "connections:{" + playbackKey(space, "s1") + "}";
    assertEquals(1L, foreign(space).send("DEL", connections));
    foreign(space).send("ZADD", prefix + "index:playbacks-due", clock.millis() - 1, "s1");
    Awaitility.await()
        .untilAsserted(
            () ->
                assertEquals(
                    Set.of(playbackKey(space, "fresh")), keysFrom(space, playbackKey(space, ""))));
    assertEquals("p1", playback(space, "fresh").podcastId());
    assertEquals(State.STOPPED, playback(space, "fresh").state());
    assertEquals(0, listeners(space, "p1").listeners());
  }
}
