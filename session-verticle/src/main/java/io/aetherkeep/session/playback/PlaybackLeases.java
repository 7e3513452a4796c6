package io.aetherkeep.session.playback;

import io.aetherkeep.redis.store.RedisDueList;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Map;

/** Leases of the connections that play one space's sessions, and the schedule of their checks. */
public interface PlaybackLeases {

  /** Starts the lease of a new connection; answers the playback. */
  Future<StoredPlayback> join(String id, String connection);

  /** Renews the leases of connections; answers the playback. */
  Future<StoredPlayback> keep(String id, Collection<String> connections);

  /** Removes a connection; answers how many ms the longest of the other leases lasts, or 0. */
  Future<Long> leave(String id, String connection);

  /** Schedules checks of sessions' leases, each after its number of ms. */
  Future<Void> due(Map<String, Long> millis);

  /**
   * Schedules the check of one session's leases, in one command with those of the same turn of the
   * event loop. It may run after commands that were sent since.
   */
  Future<Void> due(String id, long millis);

  Future<Void> notDue(String id);

  /** Handles all due entries. */
  Future<Void> work(RedisDueList.Work work);

  /** Counts sessions with a lease. */
  Future<Long> count();
}
