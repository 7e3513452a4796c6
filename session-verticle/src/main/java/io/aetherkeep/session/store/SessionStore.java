package io.aetherkeep.session.store;

import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.StoredSession;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Store of the sessions of one space. Every write is atomic, and only changes sessions that live.
 */
public interface SessionStore {

  /**
   * Opens a session.
   *
   * @param lifetime its own lifetime, or the default
   */
  Future<Opening> open(StoredSession session, Duration lifetime);

  /** Results of opening a session. */
  enum Opening {
    OPENED,
    /** A session with this id exists. */
    TAKEN,
    /** A session with this id was ended recently. */
    ENDED,
    /** Too much time has passed since it was registered: its index entry may be gone. */
    LATE
  }

  /** Reads a session and restarts its lifetime. */
  Future<Optional<StoredSession>> use(String id);

  /** Restarts a lifetime without reading; answers whether the session exists. */
  Future<Boolean> keep(String id);

  /** Reads a session without touching its lifetime. */
  Future<Optional<StoredSession>> peek(String id);

  /** Whether a session may belong to one of the users, which a read then decides. */
  Future<Boolean> mayBelongTo(String id, Set<String> users);

  /**
   * Replaces the body if it is still the one that was read (compare-and-set), and restarts the
   * lifetime.
   *
   * @param whole whether everything must be unchanged, not only what is written
   * @param number its sequence number, where the user changes
   */
  Future<Change> change(StoredSession seen, SessionBody body, boolean whole, @Nullable Long number);

  /** Stores the session's current user and its number; answers whether the session exists. */
  Future<Boolean> adopt(StoredSession session, @Nullable Long number);

  Future<Boolean> extend(String id, Duration lifetime);

  /**
   * Restores a session for its remaining lifetime; false where one exists or was ended.
   *
   * @param history null where sessions of this system have none
   */
  Future<Boolean> restore(StoredSession session, @Nullable Document history);

  /**
   * Ends a session.
   *
   * @param evenIfAbsent whether a missing session gets a tombstone too, because it may be in a
   *     record
   * @param reason why it ended, for the outbox; null if no event is announced
   */
  Future<End> end(String id, Duration remembered, boolean evenIfAbsent, @Nullable Ending reason);

  /**
   * Result of ending a session.
   *
   * @param was whether it existed, or had expired without being announced
   * @param noted whether it did not exist, and has a tombstone from now on
   * @param user the user in its facts
   * @param number its sequence number in that user's index
   * @param from the id that it was to replace, while a rotation was under way
   * @param movedTo the id under which it continues since an earlier rotation
   */
  record End(
      boolean was,
      boolean noted,
      @Nullable UserId user,
      @Nullable Long number,
      @Nullable String from,
      String movedTo) {}

  /**
   * Moves a session to another id and ends the old one; false where it does not exist, or one of
   * the two was ended. The new one is a copy until it is {@linkplain #settle settled}.
   */
  Future<Boolean> move(String id, String fresh, @Nullable Long number, Duration remembered);

  /** Completes a move; false where the new session was ended in the meantime. */
  Future<Boolean> settle(String fresh);

  /** The id under which a rotated session continues; empty where it was not rotated. */
  Future<Optional<String>> movedTo(String id);

  /**
   * Decides whether a move whose node died is complete; answers whether the session continues under
   * the new id.
   */
  Future<Boolean> resolve(String id, String fresh);

  /** Handles a change of a session on any node. */
  void changed(String id);

  /** Handles the end of a session on any node. */
  void ended(String id);

  /** Result of a compare-and-set. */
  sealed interface Change {}

  /** The body was written. */
  record Changed(StoredSession now) implements Change {}

  /** Another write came first. */
  record Overtaken(Optional<StoredSession> now) implements Change {}

  /** The session does not exist. */
  record Gone() implements Change {}
}
