package io.aetherkeep.session.space;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.OriginAsks.LoadFromOrigin;
import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.layout.RecordedSession;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.layout.Timestamp;
import io.aetherkeep.session.store.HistoryStore;
import io.aetherkeep.session.store.SessionIndex;
import io.aetherkeep.session.store.SessionStore;
import io.aetherkeep.session.store.UserIndex;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Restoration, from a system of record, of sessions that Redis has lost. It never restores a
 * session that was ended, alone or by a log-out everywhere, or one that would have expired.
 */
public final class SessionRecords {

  private final Bus bus;
  private final Space space;
  private final Supplier<Duration> lifetime;
  private final SessionStore store;
  private final SessionIndex index;
  private final UserIndex users;
  private final @Nullable HistoryStore transcripts;
  private final InstantSource clock;

  public SessionRecords(
      Bus bus,
      Space space,
      Supplier<Duration> lifetime,
      SessionStore store,
      SessionIndex index,
      UserIndex users,
      @Nullable HistoryStore transcripts,
      InstantSource clock) {
    this.bus = bus;
    this.space = space;
    this.lifetime = lifetime;
    this.store = store;
    this.index = index;
    this.users = users;
    this.transcripts = transcripts;
    this.clock = clock;
  }

  /** Runs a read; if it finds nothing, restores the session and reads again. */
  <T> Future<Optional<T>> orRestore(String id, Supplier<Future<Optional<T>>> find) {
    return find.get()
        .compose(
            found ->
                found.isPresent()
                    ? Future.succeededFuture(found)
                    : restore(id)
                        .compose(back -> back ? find.get() : Future.succeededFuture(found)));
  }

  /** Restores a session; answers whether there is one now. */
  Future<Boolean> restore(String id) {
    return recorded(id)
        .compose(
            recorded ->
                recorded.isPresent() ? restore(id, recorded.get()) : Future.succeededFuture(false));
  }

  private Future<Optional<RecordedSession>> recorded(String id) {
    return bus.ask(
            new LoadFromOrigin(space.name(), Keyspaces.SESSIONS_AETHERCAST.name(), List.of(id)))
        .recover(SessionRecords::ignoreNoOrigin)
        .map(loaded -> Optional.ofNullable(loaded.value()).map(this::read));
  }

  /** A recorded session's user, null without one. */
  public record Owner(@Nullable UserId user) {
    public static final Owner UNKNOWN = new Owner(null);
  }

  /** The user of a recorded session; empty where none is recorded that would still live. */
  public Future<Optional<Owner>> owner(String id) {
    return recorded(id)
        .map(
            recorded ->
                recorded
                    .map(RecordedSession::body)
                    .filter(body -> left(body.lastActivity()) > 0)
                    .map(body -> new Owner(body.user())));
  }

  /** Treats a missing origin as one without a record. */
  private static Future<Loaded> ignoreNoOrigin(Throwable thrown) {
    Code code = Failure.from(thrown).code();
    return code == Code.KEYSPACE_UNKNOWN || code == Code.NOT_SERVING
        ? Future.succeededFuture(Loaded.NOTHING)
        : Future.failedFuture(thrown);
  }

  private RecordedSession read(Document document) {
    try {
      return RecordedSession.of(document, space.dialect());
    } catch (Failure e) {
      throw Failure.of(
          Code.ORIGIN_UNAVAILABLE,
          "The system of record returned an invalid session: " + e.detail());
    }
  }

  private Future<Boolean> restore(String id, RecordedSession recorded) {
    long left = left(recorded.body().lastActivity());
    if (left <= 0 || recorded.body().size() > space.maxValueBytes()) {
      return Future.succeededFuture(false);
    }
    StoredSession session = new StoredSession(id, recorded.body(), left, StoredSession.Facts.NONE);
    if (session.owner().isEmpty()) {
      return restored(session.with(recorded.dated(), left), recorded.history());
    }
    Instant created = session.created();
    return users
        .registerKnown(
            session.owner(), id, left, created == null ? Instant.EPOCH : created, created)
        .compose(
            number ->
                number.isPresent()
                    ? restored(
                        session.with(recorded.dated(), left).registered(number.get()),
                        recorded.history())
                    : Future.succeededFuture(false));
  }

  /** Writes a registered session, unless one with its id was written in the meantime. */
  private Future<Boolean> restored(StoredSession session, @Nullable Document history) {
    return store
        .restore(session, history)
        .compose(
            back ->
                back
                    ? arrangeHistory(session.id())
                        .compose(done -> index.enter(session.id(), session.ttlMillis()))
                    : users.leave(session.owner(), session.id(), session.facts().number()))
        .map(true);
  }

  private Future<Void> arrangeHistory(String id) {
    return transcripts == null ? Future.succeededFuture() : transcripts.arrange(id);
  }

  /** Remaining lifetime as if it had stayed in Redis; 0 for a record without a last activity. */
  private long left(@Nullable Timestamp last) {
    if (last == null) {
      return 0;
    }
    long age = Math.max(0, clock.millis() - last.at().toEpochMilli());
    return lifetime.get().toMillis() - age;
  }
}
