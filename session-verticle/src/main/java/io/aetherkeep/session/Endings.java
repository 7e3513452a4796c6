package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.Ended;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.catalogue.SessionAsks.SessionOpened;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.SessionRecords.Owner;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rules of ending sessions before their time: nothing brings one back. */
final class Endings {

  private final Rooms rooms;
  private final Activity activity;
  private final Listening listening;
  private final Consumer<Event> events;

  Endings(Rooms rooms, Activity activity, Listening listening, Consumer<Event> events) {
    this.rooms = rooms;
    this.activity = activity;
    this.listening = listening;
    this.events = events;
  }

  Future<Ended> end(EndSession ask) {
    Room room = rooms.find(ask.space());
    return end(room, room.checkedId(ask.id()), Ending.LOGOUT)
        .map(ended -> new Ended(ended ? 1 : 0));
  }

  /** Whether it comes to an end or that remains unknown: from memory it is not answered again. */
  Future<Boolean> end(Room room, String id, Ending reason) {
    room.lastKnown().forget(id);
    return look(room, id)
        .compose(
            found ->
                room.store()
                    .end(id, room.remembered(), room.records() != null)
                    .compose(
                        end -> {
                          if (end.was()) {
                            return ended(room, id, found, end.user(), reason);
                          }
                          if (end.noted()) {
                            inRecord(room, id, reason);
                          }
                          return Future.succeededFuture(false);
                        }));
  }

  /** What only the system of record knows has ended too; nobody waits until that was asked. */
  private void inRecord(Room room, String id, Ending reason) {
    SessionRecords records = room.records();
    if (records != null) {
      records
          .owner(id)
          .otherwise(unknown -> Optional.of(Owner.UNKNOWN))
          .onSuccess(
              owner -> owner.ifPresent(of -> ended(room, id, Optional.empty(), of.user(), reason)));
    }
  }

  /** Whoever cannot be read can be ended. */
  private static Future<Optional<Found>> look(Room room, String id) {
    return room.store()
        .look(id)
        .recover(
            thrown ->
                thrown instanceof Failure failure && failure.code() == Code.UNREADABLE_VALUE
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(thrown));
  }

  /** It was over already where it was not found, and then this is how everybody hears of it. */
  private Future<Boolean> ended(
      Room room, String id, Optional<Found> found, @Nullable UserId noted, Ending reason) {
    @Nullable UserId user = found.map(session -> session.body().user()).orElse(noted);
    String owner = noted == null ? "" : noted.text();
    events.accept(new SessionEnded(room.name(), id, user, reason));
    return room.index()
        .mourn(id)
        .compose(done -> room.index().leave(id, found.map(Found::owner).orElse(owner)))
        .compose(left -> listening.over(room, id))
        .map(true);
  }

  /** The same session under an id that nobody has seen. */
  Future<Session> rotate(RotateSession ask) {
    Room room = rooms.find(ask.space());
    String id = room.checkedId(ask.id());
    String fresh = SessionIds.fresh();
    room.lastKnown().forget(id);
    return room.look(id)
        .compose(
            found ->
                room.store()
                    .move(id, fresh, room.remembered())
                    .compose(
                        moved ->
                            moved
                                ? listening
                                    .moved(room, id, fresh)
                                    .compose(on -> ended(room, id, found, null, Ending.ROTATED))
                                : Future.failedFuture(Sessions.unknown())))
        .compose(moved -> room.store().use(fresh))
        .map(
            found -> {
              Found session = found.orElseThrow(Sessions::unknown);
              activity.moved(room, session);
              events.accept(new SessionOpened(room.name(), fresh, session.body().user()));
              return session.answer(room.name());
            });
  }
}
