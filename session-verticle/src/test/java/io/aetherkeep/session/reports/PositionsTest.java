package io.aetherkeep.session.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.session.playback.StoredPlayback;
import io.aetherkeep.session.reports.Positions.Progress;
import io.aetherkeep.session.reports.Positions.Who;
import org.junit.jupiter.api.Test;

class PositionsTest {

  private static final Who WHO = new Who("aethercast", "s1");

  private final Positions positions = new Positions();

  private static StoredPlayback at(long positionMs, long seq) {
    return new StoredPlayback("p1", State.PLAYING, positionMs, 1, "", seq, "u1", 0, 0);
  }

  private static StoredPlayback playing(String podcast, long seq) {
    return new StoredPlayback(podcast, State.PLAYING, 0, 1, "", seq, "u1", 0, 0);
  }

  @Test
  void aWriteThatEndsAfterItsSession_doesNotMakeItKnownAgain() {
    positions.learn(WHO, at(0, 1), 0, 1000);
    positions.report(WHO, new Progress("p1", 500L, 2L), "", 1000);
    positions.take(WHO);

    positions.forget(WHO);
    positions.refresh(WHO, at(500, 2), positions.moment(), 2000);

    assertNull(positions.find(WHO));
    assertNull(positions.report(WHO, new Progress("p1", 900L, 3L), "", 2000));
  }

  @Test
  void aRefresh_keepsAPositionReportedSince() {
    positions.learn(WHO, at(0, 1), 0, 1000);
    positions.report(WHO, new Progress("p1", 900L, 3L), "", 1000);

    positions.refresh(WHO, at(500, 2), positions.moment(), 2000);

    assertEquals(at(900, 3), positions.find(WHO));
  }

  @Test
  void aReplyOvertakenByThatOfALaterChange_changesNothing() {
    positions.learn(WHO, at(0, 1), 0, 1000);
    long asked = positions.moment();
    StoredPlayback later = playing("p2", 31);
    positions.learn(WHO, later, asked, 1000);

    positions.refresh(WHO, at(500, 22), asked, 2000);
    positions.learn(WHO, at(500, 22), asked, 2000);

    assertEquals(later, positions.find(WHO));
  }

  /** An answer without playback may come late, when the session plays again. */
  @Test
  void aReplyWithoutPlayback_overtakenByThatOfALaterPlay_keepsThePositionsReportedSince() {
    positions.learn(WHO, at(0, 1), 0, 1000);
    long asked = positions.moment();
    positions.learn(WHO, playing("p2", 1), asked, 1000);
    positions.report(WHO, new Progress("p2", 900L, 2L), "", 1000);

    positions.forget(WHO, asked);

    assertEquals(900, positions.take(WHO).positionMs());
    positions.forget(WHO, positions.moment());
    assertNull(positions.find(WHO));
  }

  /** The seq of a session that has ended begins anew; positions reported here do not count. */
  @Test
  void aReplyAskedForSince_isLearned_thoughItsSeqIsLower() {
    positions.learn(WHO, at(0, 31), 0, 1000);
    positions.report(WHO, new Progress("p1", 900L, 40L), "", 1000);

    StoredPlayback again = playing("p2", 1);
    positions.learn(WHO, again, positions.moment(), 2000);

    assertEquals(again, positions.find(WHO));
  }

  @Test
  void aReplyOvertakenByAnOlderOne_isLearned_whateverPositionsWereReported() {
    positions.learn(WHO, at(0, 1), 0, 1000);
    long asked = positions.moment();
    positions.refresh(WHO, at(500, 22), asked, 1000);
    positions.report(WHO, new Progress("p1", 900L, 40L), "", 1000);

    StoredPlayback later = playing("p2", 31);
    positions.learn(WHO, later, asked, 2000);

    assertEquals(later, positions.find(WHO));
  }
}
