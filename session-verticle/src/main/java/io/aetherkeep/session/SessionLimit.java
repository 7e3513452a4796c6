package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.session.UserIndex.Admitted;
import io.aetherkeep.session.UserIndex.CapResult;
import io.aetherkeep.session.UserIndex.Entry;
import io.aetherkeep.session.UserIndex.Full;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** Limit of sessions a user, and registration of a session in its user's index. */
final class SessionLimit {

  private final Endings endings;

  SessionLimit(Endings endings) {
    this.endings = endings;
  }

  /**
   * A session that is being opened.
   *
   * @param session as it is to be stored
   * @param lastLogout the user's last log-out everywhere before that
   */
  record Begun(Found session, long lastLogout) {}

  /** Enters a session that is about to be opened in the indexes that have no limit. */
  Future<Begun> begin(Room room, Found session) {
    String user = session.owner();
    Future<Void> entered = room.index().enter(session.id(), session.ttlMillis());
    Future<Begun> begun =
        user.isEmpty()
            ? Future.succeededFuture(new Begun(session, 0))
            : isLimited(room, session)
                ? room.users().lastLogout(user).map(last -> new Begun(session, last))
                : room.users()
                    .register(user, session.id(), session.ttlMillis())
                    .map(number -> new Begun(session.registered(number), 0));
    return begun.compose(one -> entered.map(one));
  }

  /**
   * Takes a place among the user's sessions for one that was opened; without one it is gone again.
   *
   * <p>Not before it was opened: others could neither tell it from a dead one, nor end it.
   */
  Future<Void> take(Room room, Begun begun) {
    if (!isLimited(room, begun.session)) {
      return Future.succeededFuture();
    }
    return admit(room, begun)
        .compose(
            result ->
                result instanceof Full full
                    ? heal(room, begun.session.owner(), full.others())
                        .compose(healed -> admit(room, begun))
                    : Future.succeededFuture(result))
        .compose(result -> taken(room, begun.session, result));
  }

  private static boolean isLimited(Room room, Found session) {
    return !session.owner().isEmpty() && room.policy().cap().most() > 0;
  }

  private static Future<CapResult> admit(Room room, Begun begun) {
    Found session = begun.session;
    return room.users()
        .admit(
            session.owner(),
            session.id(),
            session.ttlMillis(),
            room.policy().cap(),
            begun.lastLogout);
  }

  private Future<Void> taken(Room room, Found session, CapResult result) {
    if (result instanceof Admitted admitted) {
      return room.store()
          .adopt(session, admitted.number())
          .compose(noted -> giveWay(room, session, admitted.giveWay()));
    }
    return withdraw(room, session, result instanceof Full ? full(room) : loggedOut());
  }

  private static Future<Void> withdraw(Room room, Found session, Failure why) {
    return room.store()
        .end(session.id(), Duration.ZERO, false)
        .compose(gone -> room.index().leave(session.id()))
        .compose(left -> Future.failedFuture(why));
  }

  /** A session was not opened after all: its id lives, or was ended. */
  Future<Void> giveBack(Room room, Begun begun) {
    String id = begun.session.id();
    return room.store()
        .look(id)
        .compose(
            other ->
                other.isEmpty()
                    ? leave(room, begun).compose(left -> room.index().leave(id))
                    : giveBack(room, begun, other.get()));
  }

  /** Two of one user at once have one entry, which is the last one's. */
  private static Future<Void> giveBack(Room room, Begun begun, Found other) {
    Long number = begun.session.facts().number();
    Future<?> left =
        number != null && other.owner().equals(begun.session.owner())
            ? room.store().adopt(other, number)
            : leave(room, begun);
    return left.compose(done -> room.index().enter(other.id(), other.ttlMillis()));
  }

  private static Future<Void> leave(Room room, Begun begun) {
    Long number = begun.session.facts().number();
    return number == null
        ? Future.succeededFuture()
        : room.users().leave(begun.session.owner(), begun.session.id(), number);
  }

  /** A session may be gone and the index not know; one that cannot be read is there. */
  private static Future<Void> heal(Room room, String user, List<Entry> others) {
    List<Future<Void>> looks =
        others.stream()
            .map(
                entry ->
                    room.store()
                        .look(entry.id())
                        .compose(
                            found ->
                                found.isPresent()
                                    ? Future.<Void>succeededFuture()
                                    : fence(room, user, entry))
                        .otherwiseEmpty())
            .toList();
    return Future.all(looks).mapEmpty();
  }

  /** None of this id comes any more, such as one that is being rotated, and its entry goes. */
  private static Future<Void> fence(Room room, String user, Entry entry) {
    return room.store()
        .end(entry.id(), UserIndex.STALE, true)
        .compose(ended -> room.users().leave(user, entry.id(), entry.number()));
  }

  private Future<Void> giveWay(Room room, Found session, List<Entry> others) {
    return Future.all(
            others.stream()
                .filter(entry -> !entry.id().equals(session.id()))
                .map(entry -> endings.end(room, session.owner(), entry, Ending.REPLACED, true))
                .toList())
        .mapEmpty();
  }

  private static Failure full(Room room) {
    return Failure.of(
        Code.TOO_MANY_SESSIONS,
        "A user has at most " + room.policy().cap().most() + " sessions here");
  }

  static Failure loggedOut() {
    return Failure.of(
        Code.LOGGED_OUT, "All sessions of the user were ended while this one was under way");
  }
}
