package io.aetherkeep.session.playback;

import io.aetherkeep.catalogue.PlaybackAsks.Listeners;
import io.aetherkeep.redis.store.RedisDue;
import io.aetherkeep.session.playback.PlaybackStore.Listener;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** Who listens to the podcasts of one space: leases, so that whoever vanishes is not counted. */
public interface Audience {

  /**
   * Lets sessions listen, or go on to, for the length of a lease; answers whether any of them did
   * not listen before.
   */
  Future<Boolean> enter(String podcast, List<Listener> who);

  /** Lets a session begin to listen for the length of a lease; the podcast is counted soon. */
  Future<Void> begin(String podcast, Listener who);

  /** Lets a session listen in the place of one that it replaces, which is not counted any more. */
  Future<Void> replace(String podcast, String replaced, Listener by);

  /** Takes a session off; the podcast is counted soon. */
  Future<Void> leave(String podcast, Listener who);

  Future<Listeners> count(String podcast);

  /** The podcasts that had most listeners when they were last counted, and how many. */
  Future<Map<String, Long>> top(int most);

  /** Counts a podcast for those who are told, and clears up. */
  Future<Recount> recount(String podcast);

  /**
   * How many listen.
   *
   * @param tell whether that is news, and a second has passed since the last
   * @param next when to count again, or -1
   */
  record Recount(boolean tell, long listeners, long users, long next) {}

  /** Takes podcasts that are to be counted. */
  Future<RedisDue.Claim> claim(int most);

  /** Gives back what was claimed: when each is to be counted next, or -1. */
  Future<Void> settle(RedisDue.Claim claim, Map<String, Long> next);
}
