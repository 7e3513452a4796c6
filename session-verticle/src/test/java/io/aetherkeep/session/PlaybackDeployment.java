package io.aetherkeep.session;

import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.catalogue.ListenerAsks.ReadListeners;
import io.aetherkeep.catalogue.PlaybackAsks.JoinSession;
import io.aetherkeep.catalogue.PlaybackAsks.LeaveSession;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackChanged;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.session.settings.SessionSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Deployment of nodes that sweep often, for tests of playback. */
abstract class PlaybackDeployment extends SessionDeployment {

  @Override
  protected SessionSettings settings() {
    return settings(Duration.ofMillis(20), Map.of());
  }

  /** A node without background work, like a dead one. */
  protected SessionNode addIdleNode() throws Exception {
    return addNode(settings(NEVER, Map.of()));
  }

  protected static ReportPlayback play(String space, String id, String podcast, long at, long seq) {
    return new ReportPlayback(space, id, State.PLAYING, podcast, at, null, seq, null, null);
  }

  protected static ReportPlayback state(String space, String id, State state) {
    return new ReportPlayback(space, id, state, null, null, null, null, null, null);
  }

  protected static ReportPlayback progress(String space, String id, long at, long seq) {
    return new ReportPlayback(space, id, null, null, at, null, seq, null, null);
  }

  protected Reported play(String space, String id, String podcast) throws Exception {
    return ask(new ReportPlayback(space, id, State.PLAYING, podcast, 0L, null, null, null, null));
  }

  protected Playback playback(String space, String id) throws Exception {
    return ask(new ReadPlayback(space, id));
  }

  protected Listeners listeners(String space, String podcast) throws Exception {
    return ask(new ReadListeners(space, podcast));
  }

  protected Playback join(String space, String id, String connection) throws Exception {
    return ask(new JoinSession(space, id, connection));
  }

  protected void leave(String space, String id, String connection) throws Exception {
    ask(new LeaveSession(space, id, connection));
  }

  protected List<PlaybackChanged> told(String id) {
    return heard(PlaybackChanged.class).stream()
        .filter(received -> received.session().equals(id))
        .toList();
  }

  protected static String playbackKey(String space, String id) {
    return (space.equals(PREFIXED) ? PREFIX : "") + "playback:" + id;
  }
}
