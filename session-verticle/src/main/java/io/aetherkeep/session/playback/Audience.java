package io.aetherkeep.session.playback;

import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.session.playback.PlaybackStore.Listener;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/**
 * Listeners of the podcasts of one space, with leases, so that sessions that vanish are not
 * counted.
 */
public interface Audience {

  /** Starts or renews the leases of listening sessions; answers whether any of them is new. */
  Future<Boolean> enter(String podcast, List<Listener> who);

  /** Starts a session's listener lease, and has the podcast recounted soon. */
  Future<Void> begin(String podcast, Listener who);

  /** Starts a session's lease in place of another one's, which is no longer counted. */
  Future<Void> replace(String podcast, String replaced, Listener by);

  /** Removes a listener, and has the podcast recounted soon. */
  Future<Void> leave(String podcast, Listener who);

  Future<Listeners> count(String podcast);

  /**
   * A page of the listening sessions; the cursor {@code 0} begins the listing and marks its end.
   */
  Future<Page> members(String podcast, String cursor, int about);

  /** Sessions, and the next cursor. */
  record Page(List<String> sessions, String next) {}

  /** The podcasts with most listeners at their last count, with these counts. */
  Future<Map<String, Long>> top(int most);

  /** Counts a podcast's listeners and users, and removes expired leases. */
  Future<Recount> recount(String podcast);

  /**
   * Count of a podcast's listeners.
   *
   * @param announce whether the count changed and the last announcement is at least a second old
   * @param next when to count again, or -1
   */
  record Recount(boolean announce, long listeners, long users, long next) {}

  /** Handles all due entries. */
  Future<Void> work(RedisDueList.Work work);
}
