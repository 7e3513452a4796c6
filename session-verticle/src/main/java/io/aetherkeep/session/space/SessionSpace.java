package io.aetherkeep.session.space;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.collection.LastKnown;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.session.layout.SessionLayout;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.store.HistoryStore;
import io.aetherkeep.session.store.Listing;
import io.aetherkeep.session.store.SessionIndex;
import io.aetherkeep.session.store.SessionStore;
import io.aetherkeep.session.store.UserIndex;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of one space: layout, rules and stores.
 *
 * @param usualLifetime default lifetime, which can change while the node runs
 * @param usualRemembered lifetime of tombstones of ended sessions, which follows the default one
 * @param transcripts null where sessions of this system have no history
 * @param records null where the space has no system of record for sessions
 * @param lastKnown sessions that this node recently answered, for outages of Redis
 * @param near near copies of sessions, which the space may have
 */
public record SessionSpace(
    Space definition,
    SessionLayout layout,
    Supplier<Duration> usualLifetime,
    Supplier<Duration> usualRemembered,
    SessionSettings.Policy policy,
    SessionStore store,
    SessionIndex index,
    UserIndex users,
    Adoption adoption,
    Listing listing,
    @Nullable HistoryStore transcripts,
    @Nullable SessionRecords records,
    LastKnown<Session> lastKnown,
    NearSessions near) {

  /** Returns the default lifetime now. */
  public Duration lifetime() {
    return usualLifetime.get();
  }

  /** Returns the lifetime of tombstones now. */
  public Duration remembered() {
    return usualRemembered.get();
  }

  public static Failure unknown() {
    return Failure.of(Code.SESSION_UNKNOWN, "No session has this id");
  }

  public String name() {
    return definition.name();
  }

  /**
   * Answers a session, and keeps it for an outage of Redis.
   *
   * @param asked time before the read, by {@link LastKnown#now}
   */
  public Future<Session> answer(StoredSession session, long asked) {
    return session
        .answerAsync(name())
        .onSuccess(answer -> lastKnown.keep(answer.id(), answer, asked));
  }

  /**
   * Answers a session that was just written, and keeps it for an outage of Redis.
   *
   * @param begun time before the write, by {@link LastKnown#now}
   */
  public Future<Session> answerWritten(StoredSession session, long begun) {
    return session
        .answerAsync(name())
        .onSuccess(answer -> lastKnown.keepWritten(answer.id(), answer, begun));
  }

  /** Handles the end of a session on any node: it is no longer answered from memory. */
  public void ended(String id) {
    store.ended(id);
    forget(id);
  }

  /** Drops what this node has in memory of a session; reads under way are not kept. */
  public void forget(String id) {
    lastKnown.forget(id);
    near.forget(id);
  }

  /** Reads a session and restarts its lifetime; restores it from the system of record if needed. */
  public Future<Optional<StoredSession>> use(String id) {
    return orRestore(id, () -> store.use(id)).compose(this::adopted);
  }

  /**
   * Reads a session without touching its lifetime; restores it from the system of record if needed.
   */
  public Future<Optional<StoredSession>> peek(String id) {
    return orRestore(id, () -> store.peek(id)).compose(this::adopted);
  }

  private Future<Optional<StoredSession>> adopted(Optional<StoredSession> found) {
    return found.isEmpty() ? Future.succeededFuture(found) : adoption.adopt(found.get());
  }

  /**
   * Runs a read; if it finds nothing, restores the session from the system of record and reads
   * again.
   */
  public <T> Future<Optional<T>> orRestore(String id, Supplier<Future<Optional<T>>> find) {
    return records == null ? find.get() : records.orRestore(id, find);
  }
}
