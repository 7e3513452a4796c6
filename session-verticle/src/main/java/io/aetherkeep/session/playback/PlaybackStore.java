package io.aetherkeep.session.playback;

import io.aetherkeep.redis.store.RedisDue;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the sessions of one space play: a late report moves nothing, and a dead session nothing. */
public interface PlaybackStore {

  /** What a session plays; nothing where there is no such session. */
  Future<Optional<StoredPlayback>> read(String id);

  /** What is stored as played, whether its session lives or not, and without the sockets. */
  Future<StoredPlayback> peek(String id);

  /** Whether what is sent here runs in its order, whatever its keys: not on a cluster. */
  boolean isInOrder();

  /**
   * Does something behind writes that were sent just now: in their wave, where they run in order.
   *
   * @return what it came to, whatever became of the writes
   */
  <T> Future<T> behind(Future<?> writes, Supplier<Future<T>> then);

  /** Reports a change; whether there is such a session is to be looked at after it. */
  Future<Outcome> report(String id, Change change);

  /**
   * What changes.
   *
   * @param state none where it stays the same, as podcast, position and rate
   * @param seq none for the next one
   * @param connection who reports, or {@link #PLAIN}
   * @param waiting a position that was reported before and is not written yet
   * @param turn where it is to play alone, which of its user's sessions do so later
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

    /** Whoever reports over plain HTTP has one lease together. */
    public static final String PLAIN = "-";
  }

  /** What a report came to. */
  record Outcome(Result result, StoredPlayback now, StoredPlayback before) {}

  /** What became of a report. */
  enum Result {
    TAKEN,
    LATE,
    /** It named no podcast, and there was none. */
    EMPTY
  }

  /** Writes a mere position, unless something newer is known; answers what is played then. */
  Future<Written> position(String id, StoredPlayback playing);

  /** Whether a position was written, and what is played. */
  record Written(boolean done, StoredPlayback now) {}

  /** Gives a new connection its lease, and answers what is played. */
  Future<StoredPlayback> join(String id, String connection);

  /** Renews the leases of connections, and answers what is played. */
  Future<StoredPlayback> keep(String id, Collection<String> connections);

  /** Takes a connection off; answers how many ms the last of the others has left, or 0. */
  Future<Long> leave(String id, String connection);

  /** Stops what nobody is connected to any more. */
  Future<Lapse> expire(String id);

  /**
   * What was found of a session whose last lease seemed to be over.
   *
   * @param leftMillis how long a lease lasts yet, 0 where none does
   * @param stopped what was played and was stopped
   */
  record Lapse(long leftMillis, Optional<Outcome> stopped) {}

  /** Lets a session go on that was stopped then and is connected; nothing where it is not so. */
  Future<Optional<Outcome>> recover(String id, long lapsedAt);

  /** Stops what a session plays, unless a later turn to play alone is its own. */
  Future<Optional<Outcome>> giveWay(String id, long turn);

  /** Removes what a session plays that is over, and answers it. */
  Future<Optional<StoredPlayback>> remove(String id);

  /**
   * Lets a session go on under another id with what it played, unless it plays something there
   * already. What is stored under its old id stays there.
   *
   * @param waiting a position that was reported before and is not written yet
   * @return what it plays under the other id; nothing where nothing is stored under its old one
   */
  Future<Optional<StoredPlayback>> resume(
      String id, String fresh, @Nullable StoredPlayback waiting);

  /** Forgets what an earlier session of this id left. */
  Future<Void> clear(String id);

  /** Has sessions looked at in so many ms, when their leases may be over. */
  Future<Void> due(Map<String, Long> millis);

  Future<Void> notDue(String id);

  /** Takes sessions that are due. */
  Future<RedisDue.Claim> claim(int most);

  /** Gives back what was claimed: when each is due next, or -1. */
  Future<Void> settle(RedisDue.Claim claim, Map<String, Long> next);

  /** How many sessions have a lease. */
  Future<Long> count();

  /** Sessions and their users who listen to one podcast. */
  record Listener(String session, String user) {}
}
