package io.aetherkeep.session.space;

import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.layout.Timestamp;
import io.aetherkeep.session.store.SessionIndex;
import io.aetherkeep.session.store.SessionStore;
import io.aetherkeep.session.store.UserIndex;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Adoption of sessions that another service wrote or gave to another user. The first read registers
 * a session in the indexes before it is answered, or ends it if its user has logged out everywhere
 * since it was opened.
 */
public final class Adoption {

  private final SessionStore store;
  private final SessionIndex index;
  private final UserIndex users;
  private final Supplier<Duration> remembered;

  public Adoption(
      SessionStore store, SessionIndex index, UserIndex users, Supplier<Duration> remembered) {
    this.store = store;
    this.index = index;
    this.users = users;
    this.remembered = remembered;
  }

  /** The session as registered; empty where it has ended. */
  public Future<Optional<StoredSession>> adopt(StoredSession session) {
    if (session.isRegistered()) {
      return Future.succeededFuture(Optional.of(session));
    }
    if (session.owner().isEmpty()) {
      return noted(session, null);
    }
    return users
        .registerKnown(
            session.owner(), session.id(), session.ttlMillis(), since(session), session.created())
        .compose(
            number -> number.isPresent() ? noted(session, number.get()) : loggedOut(session.id()));
  }

  private Future<Optional<StoredSession>> noted(StoredSession session, @Nullable Long number) {
    return store
        .adopt(session, number)
        .compose(
            lives ->
                lives
                    ? Future.all(
                            index.enter(session.id(), session.ttlMillis()), leaveFormer(session))
                        .map(Optional.of(session.registered(number)))
                    : users.leave(session.owner(), session.id(), number).map(Optional.empty()));
  }

  /** Removes the session from the index of its former user. */
  private Future<Void> leaveFormer(StoredSession session) {
    UserId former = former(session);
    return former == null || former.text().equals(session.owner())
        ? Future.succeededFuture()
        : users.leave(former.text(), session.id(), session.facts().number());
  }

  private static @Nullable UserId former(StoredSession session) {
    String noted = session.facts().user();
    return noted == null ? null : StoredSession.user(noted);
  }

  /** Best known time since which the session belongs to its user. */
  private static Instant since(StoredSession session) {
    Instant created = session.created();
    Timestamp last = session.body().lastActivity();
    UserId former = former(session);
    boolean another = former != null && !former.text().equals(session.owner());
    Instant used = last == null ? null : last.at();
    Instant first = another ? used : created;
    Instant second = another ? created : used;
    return first != null ? first : second != null ? second : Instant.EPOCH;
  }

  private Future<Optional<StoredSession>> loggedOut(String id) {
    return store
        .end(id, remembered.get(), false, Ending.LOGOUT)
        .compose(done -> index.rememberEnded(id))
        .compose(done -> index.leave(id))
        .map(Optional.empty());
  }
}
