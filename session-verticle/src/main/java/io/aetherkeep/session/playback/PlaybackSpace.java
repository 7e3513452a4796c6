package io.aetherkeep.session.playback;

import io.aetherkeep.session.space.SessionSpace;

/**
 * Playback stores of one space: what its sessions play, the leases of their connections, and their
 * listeners.
 */
public record PlaybackSpace(
    SessionSpace sessions,
    PlaybackStore playbacks,
    PlaybackLeases leases,
    UserStreams streams,
    Audience audience) {

  public String name() {
    return sessions.name();
  }
}
