package io.aetherkeep.session.playback;

import io.aetherkeep.session.playback.PlaybackStore.Listener;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;

/** Playing sessions of each user, with leases, and turns of exclusive playback. */
public interface UserStreams {

  /** Counts a session against its user's limit; false where the limit is reached. */
  Future<Boolean> reserve(String user, String id, int most);

  /** Adds sessions or renews their leases, without a limit; answers whether any is new. */
  Future<Boolean> hold(Collection<Listener> streams);

  /** Adds a session in place of one that it replaces, which keeps the user's count. */
  Future<Void> replace(String replaced, Listener by);

  Future<Void> release(String user, String id);

  /** The sessions of a user that play. */
  Future<List<String>> of(String user);

  /** Issues a turn of exclusive playback, greater than all earlier turns. */
  Future<Long> turn(String user);

  /** Records that the session of a turn plays; answers the greatest turn recorded. */
  Future<Long> plays(String user, long turn);

  /** Start of the last exclusive playback, by Redis's time, or 0. */
  Future<Long> onlyPlayingSince(String user);
}
