package io.aetherkeep.session.store;

import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.redis.store.RedisDueList;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Index of all sessions of a space. It follows the sessions with a delay and repairs itself.
 *
 * <p>A score is the expiry as last known to the index; a session may have been used since.
 */
public interface SessionIndex {

  /** Adds a session with its remaining lifetime. */
  Future<Void> enter(String id, long ttlMillis);

  Future<Void> leave(String id);

  /** The ids that are not in the index. */
  Future<List<String>> unindexed(List<String> ids);

  Future<Long> count();

  /** Registers an ended session, so that it is removed again if a late writer brings it back. */
  Future<Void> rememberEnded(String id);

  /** Registers a history whose pending messages any node flushes soon. */
  Future<Void> pending(String id);

  /**
   * Registers the search of a log-out, which another node takes over unless it is renewed in time.
   */
  Future<Void> searching(String search, Duration until);

  Future<Void> searched(String search);

  /** Handles all due entries. */
  Future<Void> work(Due due, RedisDueList.Work work);

  /** Makes a session due now, because Redis reported its expiry; answers whether it is due. */
  Future<Boolean> moveDeadline(String id);

  /** Kinds of due entries. */
  enum Due {
    /** Sessions that expire. */
    EXPIRED,
    /** Ended sessions, which are checked until their tombstones expire. */
    ENDED,
    /** Searches of log-outs that their node no longer renews. */
    SEARCHES,
    /** Histories with pending messages. */
    PENDING
  }

  /**
   * Removes what belongs to an expired session, except its facts, until {@link #work} is done with
   * it; answers what was found, in repetitions too.
   */
  Future<Remains> clearExpired(String id);

  /**
   * State of a session that was due to expire.
   *
   * @param leftMillis its remaining lifetime, {@link #OVER}, or {@link #ENDED}
   * @param number its sequence number in the user's index
   * @param from the id that it replaces, while a rotation is under way
   */
  record Remains(
      long leftMillis, @Nullable UserId user, @Nullable Long number, @Nullable String from) {

    public static final long OVER = -1;
    static final long ENDED = -2;
  }

  /** Removes an ended session that came back, and an index entry that a late reader made. */
  Future<Guarded> guard(String id);

  /**
   * Result of checking an ended session.
   *
   * @param leftMillis remaining lifetime of the tombstone, 0 where it has expired
   * @param removed whether something had come back
   */
  record Guarded(long leftMillis, boolean removed) {}

  /** Ended sessions from a rank on, at most {@code count} of each part of the index. */
  Future<List<String>> ended(long from, int count);

  /** The ids of ended sessions of which a key exists again. */
  Future<List<String>> writtenBack(List<String> ids);

  /** Stops client tracking of an ended session whose tombstone has expired. */
  Future<Void> forget(String id);
}
