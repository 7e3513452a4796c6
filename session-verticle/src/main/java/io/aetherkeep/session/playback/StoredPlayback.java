package io.aetherkeep.session.playback;

import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.State;

/**
 * What a session plays, as it is stored.
 *
 * @param podcast empty where it never played anything
 * @param updatedAt empty where it was never reported
 * @param user whose session it was when that was reported; empty for nobody's
 * @param connections how many sockets the session has
 * @param lapsedAt when it was stopped because nobody was connected, by Redis's time; 0 where it was
 *     not
 */
public record StoredPlayback(
    String podcast,
    State state,
    long positionMs,
    double rate,
    String updatedAt,
    long seq,
    String user,
    int connections,
    long lapsedAt) {

  static final StoredPlayback NOTHING =
      new StoredPlayback("", State.STOPPED, 0, 1, "", 0, "", 0, 0);

  public boolean isHeard() {
    return state == State.PLAYING;
  }

  /** The podcast that the session's document names: also one that is only paused. */
  public String active() {
    return state == State.STOPPED ? "" : podcast;
  }

  public Playback answer(String session) {
    return new Playback(
        session,
        podcast.isEmpty() ? null : podcast,
        state,
        positionMs,
        rate,
        updatedAt.isEmpty() ? null : updatedAt,
        seq,
        connections,
        null);
  }

  /** How a rate is written: as JavaScript would, 1 and 1.25. */
  static String rateText(double rate) {
    return rate == Math.rint(rate) ? Long.toString((long) rate) : Double.toString(rate);
  }
}
