package io.aetherkeep.session.store;

import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.redis.store.RedisDue.Claim;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Index of the sessions of a space, whoever's: hints that follow the sessions and heal.
 *
 * <p>A score is when a session is over as far as the index knows; it may have been used since.
 */
public interface SessionIndex {

  /** Enters a session that is over in so many ms. */
  Future<Void> enter(String id, long ttlMillis);

  Future<Void> leave(String id);

  /** Those that are not in the index. */
  Future<List<String>> unseen(List<String> ids);

  Future<Long> count();

  /** Remembers that a session was ended, so that what late writers bring back is removed. */
  Future<Void> rememberEnded(String id);

  /** Has a history's messages moved into its field soon, by any node. */
  Future<Void> pending(String id);

  /** Has the search of a log-out done by any node, unless it is said again until then. */
  Future<Void> searching(String search, Duration until);

  Future<Void> searched(String search);

  /** Takes what is due, for as long as the lease lasts. */
  Future<Claim> claim(Due due, int most);

  /** Gives back what was claimed: when each is due next, or -1 for what is done. */
  Future<Void> settle(Due due, Claim claim, Map<String, Long> next);

  /** Makes a session due now, as Redis says it has expired. */
  Future<Boolean> moveDeadline(String id);

  /** What can be due. */
  enum Due {
    /** Sessions that are over. */
    EXPIRED,
    /** Sessions that were ended, and are looked at again for a while. */
    ENDED,
    /** Searches of log-outs whose node says no more that they go on. */
    SEARCHES,
    /** Histories with messages that wait to be moved into their field. */
    PENDING
  }

  /** What is left of a session, once it seemed to be over. */
  Future<Remains> clearExpired(String id);

  /**
   * What was found where a session seemed to be over.
   *
   * @param leftMillis how long it lives, {@link #OVER}, or {@link #ENDED}
   * @param number its sequence number among its user's sessions
   * @param from the id that it is to replace, where a rotation is under way
   */
  record Remains(
      long leftMillis, @Nullable UserId user, @Nullable Long number, @Nullable String from) {

    public static final long OVER = -1;
    static final long ENDED = -2;
  }

  /**
   * Removes what came back of an ended session, and its entry where one that read it late made one.
   */
  Future<Guarded> guard(String id);

  /**
   * A look at an ended session.
   *
   * @param leftMillis how long to guard it yet; 0 where it is no longer remembered
   * @param removed whether something had come back
   */
  record Guarded(long leftMillis, boolean removed) {}

  /** Some of those that are remembered as ended. */
  Future<List<String>> ended(long from, int count);

  /** Those of which something has come back. */
  Future<List<String>> cameBack(List<String> ids);

  /** Takes back that Redis tells of writes to an ended session, which is no longer remembered. */
  Future<Void> forget(String id);
}
