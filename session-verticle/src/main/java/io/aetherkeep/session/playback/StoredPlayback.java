package io.aetherkeep.session.playback;

import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import org.jspecify.annotations.Nullable;

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

  /** The same as if it were playing. */
  public StoredPlayback played() {
    return new StoredPlayback(
        podcast, State.PLAYING, positionMs, rate, updatedAt, seq, user, connections, lapsedAt);
  }

  /** The user, or null without one. */
  public @Nullable String userOrNull() {
    return user.isEmpty() ? null : user;
  }

  /** The podcast, or null where nothing was ever played. */
  public @Nullable String podcastOrNull() {
    return podcast.isEmpty() ? null : podcast;
  }

  /** Whether podcast, state and rate are the same, and at most the position differs. */
  public boolean playsAs(StoredPlayback other) {
    return podcast.equals(other.podcast) && state == other.state && rate == other.rate;
  }

  public Playback answer(String session) {
    return new Playback(
        session,
        podcastOrNull(),
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
