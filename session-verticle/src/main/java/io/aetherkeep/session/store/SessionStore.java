package io.aetherkeep.session.store;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.StoredSession;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sessions of one space: every write happens in one step, and only to a session that lives. */
public interface SessionStore {

  /**
   * Opens a session.
   *
   * @param lifetime its own, or the usual one
   */
  Future<Opening> open(StoredSession session, Duration lifetime);

  /** What came of opening a session. */
  enum Opening {
    OPENED,
    /** The id lives. */
    TAKEN,
    /** A session of this id was ended a moment ago. */
    ENDED,
    /** It was registered so long ago that its entry may be gone. */
    LATE
  }

  /** Reads a session and starts its lifetime anew. */
  Future<Optional<StoredSession>> use(String id);

  /** Starts a lifetime anew without reading; answers whether there is such a session. */
  Future<Boolean> keep(String id);

  /** Reads a session and leaves its lifetime as it is. */
  Future<Optional<StoredSession>> peek(String id);

  /** Whether a session may be one of these users', which a look at it decides. */
  Future<Boolean> mayBeOf(String id, Set<String> users);

  /**
   * Writes another body where the one that was read is still there, and starts the lifetime anew.
   *
   * @param whole whether everything must be as it was read, not only what is to be written
   * @param number its sequence number where it becomes another user's
   */
  Future<Change> change(StoredSession seen, SessionBody body, boolean whole, @Nullable Long number);

  /** Notes whose a session is, as its body says, and its number; answers whether it lives. */
  Future<Boolean> adopt(StoredSession session, @Nullable Long number);

  Future<Boolean> extend(String id, Duration lifetime);

  /**
   * Puts a session back that is not there, for what it has left; false where there is one, or it
   * was ended.
   *
   * @param history where its system's sessions have one
   */
  Future<Boolean> restore(StoredSession session, @Nullable Document history);

  /**
   * Ends a session.
   *
   * @param evenIfAbsent whether one that is not there is remembered as ended too, for it may be in
   *     a record
   */
  Future<End> end(String id, Duration remembered, boolean evenIfAbsent);

  /**
   * What came of ending a session.
   *
   * @param was whether there was one, or one that was over, of which nobody has told yet
   * @param noted whether there was none, and it is remembered as ended from now on
   * @param user whose it was as far as was noted
   * @param number its sequence number among that one's sessions
   * @param from the id that it was to replace, where a rotation is under way
   * @param movedTo the id under which it has gone on before
   */
  record End(
      boolean was,
      boolean noted,
      @Nullable UserId user,
      @Nullable Long number,
      @Nullable String from,
      String movedTo) {}

  /**
   * Puts a session under another id and ends the old one; false where there is none, or somebody
   * ended one of the two. The new one is a mere copy until it is {@linkplain #settle settled}.
   */
  Future<Boolean> move(String id, String fresh, @Nullable Long number, Duration remembered);

  /** Has a moved session stand on its own; false where it was ended meanwhile. */
  Future<Boolean> settle(String fresh);

  /** The id under which a session has gone on; nothing where it has not. */
  Future<Optional<String>> movedTo(String id);

  /** Decides a move that its node left: whether the session goes on under the new id. */
  Future<Boolean> resolve(String id, String fresh);

  /** Hears that somebody changed a session, here or on another node. */
  void changed(String id);

  /** Hears that a session is over. */
  void ended(String id);

  /** What a change came to. */
  sealed interface Change {}

  /** It was written. */
  record Changed(StoredSession now) implements Change {}

  /** Somebody else wrote first. */
  record Overtaken(Optional<StoredSession> now) implements Change {}

  /** There is no such session. */
  record Gone() implements Change {}
}
