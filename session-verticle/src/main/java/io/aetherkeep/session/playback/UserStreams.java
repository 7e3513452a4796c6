package io.aetherkeep.session.playback;

import io.aetherkeep.session.playback.PlaybackStore.Listener;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;

/** The sessions of each user that play, with leases, and the turns of those that play alone. */
public interface UserStreams {

  /** Takes a stream among those that a user may have at once; false where there are enough. */
  Future<Boolean> reserve(String user, String id, int most);

  /** Enters streams of users, or renews them; answers whether any of them was not there. */
  Future<Boolean> hold(Collection<Listener> streams);

  /** Enters a stream in the place of one that it replaces: the user has no more than before. */
  Future<Void> replace(String replaced, Listener by);

  Future<Void> release(String user, String id);

  /** The sessions of a user that play. */
  Future<List<String>> of(String user);

  /** A turn to play alone, greater than all that were given before. */
  Future<Long> turn(String user);

  /** Notes that a session plays whose turn it is; answers the greatest turn of one that plays. */
  Future<Long> plays(String user, long turn);

  /** Since when the last one plays alone, by Redis's time, or 0. */
  Future<Long> aloneSince(String user);
}
