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

  @Test
  void aWriteThatEndsAfterItsSession_doesNotMakeItKnownAgain() {
    positions.learn(WHO, at(0, 1), 1000);
    positions.report(WHO, new Progress("p1", 500L, 2L), "", 1000);
    positions.take(WHO);

    positions.forget(WHO);
    positions.refresh(WHO, at(500, 2), 2000);

    assertNull(positions.find(WHO));
    assertNull(positions.report(WHO, new Progress("p1", 900L, 3L), "", 2000));
  }

  @Test
  void aRefresh_keepsAPositionReportedSince() {
    positions.learn(WHO, at(0, 1), 1000);
    positions.report(WHO, new Progress("p1", 900L, 3L), "", 1000);

    positions.refresh(WHO, at(500, 2), 2000);

    assertEquals(at(900, 3), positions.find(WHO));
  }
}
