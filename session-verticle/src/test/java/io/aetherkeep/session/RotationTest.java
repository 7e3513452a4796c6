package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.SessionAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionAsks.SessionRow;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node leaves of a rotation that it did not bring to its end. */
class RotationTest extends PlaybackDeployment {

  private List<String> listed(String space) throws Exception {
    return ask(new ListUserSessions(space, "u1", null, null)).items().stream()
        .map(SessionRow::id)
        .toList();
  }

  /** As far as the copy: both ids are there. */
  private void copied(String space) throws Exception {
    open(space, "s1", "u1");
    play(space, "s1", "p1");
    ForeignCopy.of(foreign(space), space.equals(PREFIXED) ? PREFIX : "", clock.millis());
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
    foreign(space).send("DEL", key(space, "s1"), beside(space, "facts", "s1"));
    foreign(space).send("HSET", beside(space, "facts", "s1"), "ended", "fresh");
    foreign(space).send("EXPIRE", beside(space, "facts", "s1"), 900);
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
}
