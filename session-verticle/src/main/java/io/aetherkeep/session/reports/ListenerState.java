package io.aetherkeep.session.reports;

import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.session.playback.PlaybackStore.Change;
import io.aetherkeep.session.playback.PlaybackStore.Listener;
import io.aetherkeep.session.playback.StoredPlayback;
import java.util.Optional;

/**
 * Part of a session's playback on which its effects depend.
 *
 * @param podcast the podcast that counts the session as a listener; empty where it does not play
 * @param user the listener's user; empty without one
 * @param active the podcast in the session's document; empty where it is stopped
 */
record ListenerState(String podcast, String user, String active) {

  static final ListenerState NOTHING = new ListenerState("", "", "");

  static ListenerState of(StoredPlayback playing) {
    return of(playing.podcast(), playing.state(), playing.user());
  }

  private static ListenerState of(String podcast, State state, String user) {
    boolean heard = state == State.PLAYING;
    return new ListenerState(
        heard ? podcast : "", heard ? user : "", state == State.STOPPED ? "" : podcast);
  }

  /**
   * The outcome of a change if nothing else is reported at the same time; empty where the report
   * would be late, or names no podcast.
   */
  static Optional<ListenerState> expected(StoredPlayback before, Change change) {
    String podcast = change.podcast() == null ? before.podcast() : change.podcast();
    if (podcast.isEmpty() || isLate(before, change)) {
      return Optional.empty();
    }
    State state = change.state() == null ? before.state() : State.of(change.state());
    return Optional.of(of(podcast, state, change.user()));
  }

  private static boolean isLate(StoredPlayback before, Change change) {
    StoredPlayback waiting = change.waiting();
    StoredPlayback newest = waiting == null ? before : Positions.newer(waiting, before);
    return change.seq() != null && !before.podcast().isEmpty() && change.seq() <= newest.seq();
  }

  /** Whether the same podcast counts the session for the same user. */
  boolean listensAs(ListenerState other) {
    return podcast.equals(other.podcast) && user.equals(other.user);
  }

  Listener listener(String session) {
    return new Listener(session, user);
  }
}
