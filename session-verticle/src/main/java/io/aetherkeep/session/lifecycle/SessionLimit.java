package io.aetherkeep.session.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.UserIndex;
import io.aetherkeep.session.store.UserIndex.Admitted;
import io.aetherkeep.session.store.UserIndex.CapResult;
import io.aetherkeep.session.store.UserIndex.Entry;
import io.aetherkeep.session.store.UserIndex.Full;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** Limit of sessions per user, and registration of sessions in their user's index. */
public final class SessionLimit {

  /** How many sessions are read or ended at once. Each may be large. */
  private static final int AT_ONCE = 50;

  private final SessionEnd endings;

  public SessionLimit(SessionEnd endings) {
    this.endings = endings;
  }

  /**
   * Session that is being opened.
   *
   * @param session the session to store
   * @param lastLogout the user's last log-out everywhere before that
   */
  record Begun(StoredSession session, long lastLogout) {}

  /**
   * Adds a session that is about to be opened to the indexes. Under a limit {@link #take} adds it
   * to its user's index.
   */
  Future<Begun> begin(SessionSpace space, StoredSession session) {
    String user = session.owner();
    Future<Void> entered = space.index().enter(session.id(), session.ttlMillis());
    Future<Begun> begun =
        user.isEmpty()
            ? Future.succeededFuture(new Begun(session, 0))
            : isLimited(space, session)
                ? space.users().lastLogout(user).map(last -> new Begun(session, last))
                : space
                    .users()
                    .register(user, session.id(), session.ttlMillis())
                    .map(number -> new Begun(session.registered(number), 0));
    return begun.compose(one -> entered.map(one));
  }

  /**
   * Counts an opened session against the user's limit; withdraws it where the limit is reached.
   *
   * <p>This runs after the opening, because others could neither tell an unopened session from a
   * dead one nor end it.
   */
  Future<Void> take(SessionSpace space, Begun begun) {
    if (!isLimited(space, begun.session)) {
      return Future.succeededFuture();
    }
    return admit(space, begun)
        .compose(
            result ->
                result instanceof Full full
                    ? removeStale(space, begun.session.owner(), full.others())
                        .compose(healed -> admit(space, begun))
                    : Future.succeededFuture(result))
        .compose(result -> admitted(space, begun.session, result));
  }

  private static boolean isLimited(SessionSpace space, StoredSession session) {
    return !session.owner().isEmpty() && space.policy().cap().most() > 0;
  }

  private static Future<CapResult> admit(SessionSpace space, Begun begun) {
    StoredSession session = begun.session;
    return space
        .users()
        .admit(
            session.owner(),
            session.id(),
            session.ttlMillis(),
            space.policy().cap(),
            begun.lastLogout);
  }

  private Future<Void> admitted(SessionSpace space, StoredSession session, CapResult result) {
    if (result instanceof Admitted admitted) {
      return space
          .store()
          .adopt(session, admitted.number())
          .compose(noted -> giveWay(space, session, admitted.giveWay()));
    }
    return withdraw(space, session, result instanceof Full ? full(space) : loggedOut());
  }

  private static Future<Void> withdraw(SessionSpace space, StoredSession session, Failure reason) {
    return space
        .store()
        .end(session.id(), Duration.ZERO, false, Ending.LOGOUT)
        .compose(gone -> space.index().leave(session.id()))
        .compose(left -> Future.failedFuture(reason));
  }

  /**
   * Undoes the registration of a session that was not opened, because its id exists or was ended.
   */
  Future<Void> release(SessionSpace space, Begun begun) {
    String id = begun.session.id();
    return space
        .store()
        .peek(id)
        .compose(
            other ->
                other.isEmpty()
                    ? leave(space, begun).compose(left -> space.index().leave(id))
                    : release(space, begun, other.get()));
  }

  /** Of two openings of one id by the same user, keeps the entry with the later number. */
  private static Future<Void> release(SessionSpace space, Begun begun, StoredSession other) {
    Long number = begun.session.facts().number();
    Future<?> left =
        number != null && other.owner().equals(begun.session.owner())
            ? space.store().adopt(other, number)
            : leave(space, begun);
    return left.compose(done -> space.index().enter(other.id(), other.ttlMillis()));
  }

  private static Future<Void> leave(SessionSpace space, Begun begun) {
    Long number = begun.session.facts().number();
    return number == null
        ? Future.succeededFuture()
        : space.users().leave(begun.session.owner(), begun.session.id(), number);
  }

  /**
   * Removes entries of sessions that no longer exist. A session that cannot be read keeps its
   * entry.
   */
  private static Future<Void> removeStale(SessionSpace space, String user, List<Entry> others) {
    return Groups.each(
            others,
            AT_ONCE,
            entry ->
                space
                    .store()
                    .peek(entry.id())
                    .compose(
                        found ->
                            found.isPresent()
                                ? Future.<Void>succeededFuture()
                                : fence(space, user, entry))
                    .otherwiseEmpty())
        .mapEmpty();
  }

  /** Writes a tombstone, so that no session of this id appears any more, and removes its entry. */
  private static Future<Void> fence(SessionSpace space, String user, Entry entry) {
    return space
        .store()
        .end(entry.id(), UserIndex.STALE, true, null)
        .compose(ended -> space.users().leave(user, entry.id(), entry.number()));
  }

  private Future<Void> giveWay(SessionSpace space, StoredSession session, List<Entry> others) {
    return Groups.each(
            others.stream().filter(entry -> !entry.id().equals(session.id())).toList(),
            AT_ONCE,
            entry -> endings.end(space, session.owner(), entry, Ending.REPLACED, true))
        .mapEmpty();
  }

  private static Failure full(SessionSpace space) {
    return Failure.of(
        Code.TOO_MANY_SESSIONS,
        "The user's limit of " + space.policy().cap().most() + " sessions is reached");
  }

  static Failure loggedOut() {
    return Failure.of(
        Code.LOGGED_OUT, "All sessions of the user were ended while this one was being opened");
  }
}
