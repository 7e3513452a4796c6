package io.aetherkeep.session.playback;

import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.State;

/**
 * Playback of a session, as stored.
 *
 * @param podcast empty where nothing was ever played
 * @param updatedAt empty where nothing was ever reported
 * @param user the session's user at that time; empty without one
 * @param connections number of open sockets
 * @param lapsedAt when lease expiry stopped it, by Redis's time, otherwise 0
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

  public boolean isPlaying() {
    return state == State.PLAYING;
  }

  /** The podcast that the session's document names: one that is playing or paused. */
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

  /** Formats a rate as JavaScript does: 1 and 1.25. */
  static String rateText(double rate) {
    return rate == Math.rint(rate) ? Long.toString((long) rate) : Double.toString(rate);
  }
}
