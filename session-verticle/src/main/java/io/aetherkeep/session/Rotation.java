package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionAsks.SessionOpened;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.SessionIndex.Remains;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rotation of session ids: the same session under an id that nobody has seen, and the old one is
 * dead at once.
 *
 * <p>The new id is in the indexes before the copy is there, and due for a look soon: what a node
 * leaves that dies in between is brought to an end by the next one's {@link Sweeper}.
 */
final class Rotation {

  /** When it is looked whether a rotation has come to its end. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private final PerSpace<Room> rooms;
  private final Activity activity;
  private final Endings endings;
  private final Listening listening;
  private final Consumer<Event> events;

  Rotation(
      PerSpace<Room> rooms,
      Activity activity,
      Endings endings,
      Listening listening,
      Consumer<Event> events) {
    this.rooms = rooms;
    this.activity = activity;
    this.endings = endings;
    this.listening = listening;
    this.events = events;
  }

  Future<Session> rotate(RotateSession ask) {
    Room room = rooms.of(ask.space());
    String id = room.checkedId(ask.id());
    String fresh = SessionIds.fresh();
    room.lastKnown().forget(id);
    return room.look(id)
        .compose(found -> rotate(room, found.orElseThrow(Sessions::unknown), fresh))
        .compose(moved -> room.store().use(fresh))
        .compose(
            found -> {
              Found session = found.orElseThrow(Sessions::unknown);
              activity.moved(room, session);
              events.accept(new SessionOpened(room.name(), fresh, session.body().user()));
              return session.answering(room.name());
            });
  }

  /** A user who logs out everywhere meanwhile ends the session, which is not done here. */
  private Future<Void> rotate(Room room, Found session, String fresh) {
    return registered(room, session, fresh)
        .compose(
            one ->
                one.isEmpty()
                    ? Future.failedFuture(Sessions.unknown())
                    : room.index()
                        .enter(fresh, SOON.toMillis())
                        .compose(entered -> move(room, session, fresh, one.get().number())));
  }

  /** A number, or that nobody's sessions have none. */
  private record Registered(@Nullable Long number) {}

  private static Future<Optional<Registered>> registered(Room room, Found session, String fresh) {
    return session.owner().isEmpty()
        ? Future.succeededFuture(Optional.of(new Registered(null)))
        : room.users()
            .registerInstead(session.owner(), fresh, session.ttlMillis(), session.id())
            .map(number -> number.map(Registered::new));
  }

  private Future<Void> move(Room room, Found session, String fresh, @Nullable Long number) {
    return room.store()
        .move(session.id(), fresh, number, room.remembered())
        .compose(
            moved ->
                moved
                    ? endings.moved(room, session.id(), fresh, session)
                    : Future.failedFuture(Sessions.unknown()))
        .recover(thrown -> giveUp(room, session.owner(), fresh, number, thrown))
        .compose(done -> room.store().settle(fresh))
        .compose(
            lives ->
                lives
                    ? Future.succeededFuture()
                    : listening
                        .gone(room, fresh)
                        .compose(over -> Future.failedFuture(Sessions.unknown())));
  }

  /** Where it is not known how far it came, the sweeper will see. */
  private static Future<Void> giveUp(
      Room room, String user, String fresh, @Nullable Long number, Throwable thrown) {
    Code code = Failure.from(thrown).code();
    return code != Code.SESSION_UNKNOWN && code != Code.OVERLOADED
        ? Future.failedFuture(thrown)
        : room.users()
            .leave(user, fresh, number)
            .compose(left -> room.index().leave(fresh))
            .compose(left -> Future.failedFuture(thrown));
  }

  /**
   * Brings a rotation to its end whose node has not: to what its old id came decides. Answers in
   * how many ms the new one is due again, or -1 where it is gone.
   */
  Future<Long> resolve(Room room, String fresh, Remains remains) {
    String old = String.valueOf(remains.from());
    return room.store()
        .resolve(old, fresh)
        .compose(
            moved ->
                moved
                    ? complete(room, old, fresh).map(remains.leftMillis())
                    : abandon(room, fresh, remains).map(-1L));
  }

  private Future<Void> complete(Room room, String old, String fresh) {
    return room.store()
        .look(fresh)
        .compose(
            found ->
                found.isEmpty()
                    ? Future.succeededFuture()
                    : endings
                        .moved(
                            room,
                            old,
                            fresh,
                            new Found(old, found.get().body(), 0, Found.Facts.NONE))
                        .compose(moved -> room.store().settle(fresh))
                        .onSuccess(
                            settled ->
                                events.accept(
                                    new SessionOpened(
                                        room.name(), fresh, found.get().body().user())))
                        .mapEmpty());
  }

  private static Future<Void> abandon(Room room, String fresh, Remains remains) {
    UserId user = remains.user();
    return room.store()
        .end(fresh, UserIndex.STALE, true)
        .compose(
            ended ->
                user == null
                    ? Future.succeededFuture()
                    : room.users().leave(user.text(), fresh, remains.number()));
  }
}
