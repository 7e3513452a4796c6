package io.aetherkeep.session.playback;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Store of the playback of one space's sessions. It ignores late reports and reports of ended
 * sessions.
 */
public interface PlaybackStore {

  /** Reads a session's playback; empty where there is no such session. */
  Future<Optional<StoredPlayback>> read(String id);

  /** Reads the stored playback without checking the session or counting its connections. */
  Future<StoredPlayback> peek(String id);

  /** Whether Redis runs all commands in the order sent, which a cluster does not. */
  boolean isInOrder();

  /**
   * Runs an action after writes that were just sent: in the same wave where commands run in order.
   *
   * @return the action's result, whether or not the writes fail
   */
  <T> Future<T> behind(Future<?> writes, Supplier<Future<T>> then);

  /** Reports a change. The caller checks afterwards whether the session exists. */
  Future<Outcome> report(String id, Change change);

  /**
   * Reported change of playback.
   *
   * @param state null to keep it, as with podcast, position and rate
   * @param seq null for the next one
   * @param connection the reporting connection, or {@link #PLAIN}
   * @param waiting position that was reported before and is not written yet
   * @param turn turn of exclusive playback, greater than that of every session started before
   */
  record Change(
      @Nullable String state,
      @Nullable String podcast,
      @Nullable Long positionMs,
      @Nullable Double rate,
      @Nullable Long seq,
      String connection,
      String user,
      @Nullable StoredPlayback waiting,
      @Nullable Long turn) {

    /** Name of the one lease that all plain HTTP clients of a session share. */
    public static final String PLAIN = "-";
  }

  /** Result of a report, with the playback after and before it. */
  record Outcome(Result result, StoredPlayback now, StoredPlayback before) {}

  /** Kinds of result. */
  enum Result {
    TAKEN,
    LATE,
    /** The report names no podcast, and none was playing. */
    EMPTY
  }

  /** Writes a position unless a newer one is stored; answers the stored playback. */
  Future<Written> position(String id, StoredPlayback playing);

  /** Whether a position was written, and the stored playback. */
  record Written(boolean done, StoredPlayback now) {}

  /** Stops the playback of a session whose connection leases have all expired. */
  Future<LeaseCheck> expire(String id);

  /**
   * State of a session whose leases were due to expire.
   *
   * @param leftMillis remaining time of the longest lease, 0 where all have expired
   * @param stopped the playback that was stopped
   * @param before the playback before; empty while a lease remains
   */
  record LeaseCheck(long leftMillis, Optional<Outcome> stopped, Optional<StoredPlayback> before) {}

  /** Resumes playback that lease expiry stopped, if the session is connected; otherwise empty. */
  Future<Optional<Outcome>> recover(String id, long lapsedAt);

  /** Stops a session's playback, unless it has a later turn of exclusive playback. */
  Future<Optional<Outcome>> giveWay(String id, long turn);

  /** Removes and answers the playback of an ended session. */
  Future<Optional<StoredPlayback>> remove(String id);

  /**
   * Copies playback to a session's new id, unless that plays something already. The old playback
   * stays.
   *
   * @param waiting position that was reported before and is not written yet
   * @return the playback under the new id; empty where none is stored under the old one
   */
  Future<Optional<StoredPlayback>> resume(
      String id, String fresh, @Nullable StoredPlayback waiting);

  /** Removes playback that an earlier session with this id left. */
  Future<Void> clear(String id);

  /** A session that listens to a podcast, and its user. */
  record Listener(String session, String user) {}
}
