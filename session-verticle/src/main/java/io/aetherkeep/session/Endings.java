package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.Ended;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.SessionRecords.Owner;
import io.aetherkeep.session.SessionStore.End;
import io.aetherkeep.session.UserIndex.Entry;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rules of ending sessions before their time: nothing brings one back. */
final class Endings {

  private final PerSpace<Room> rooms;
  private final Listening listening;
  private final Consumer<Event> events;

  Endings(PerSpace<Room> rooms, Listening listening, Consumer<Event> events) {
    this.rooms = rooms;
    this.listening = listening;
    this.events = events;
  }

  Future<Ended> end(EndSession ask) {
    Room room = rooms.of(ask.space());
    return end(room, room.checkedId(ask.id()), Ending.LOGOUT)
        .map(ended -> new Ended(ended ? 1 : 0));
  }

  /** Whether it comes to an end or that remains unknown: from memory it is not answered again. */
  Future<Boolean> end(Room room, String id, Ending reason) {
    room.lastKnown().forget(id);
    return look(room, id).compose(found -> end(room, id, found, reason, false));
  }

  /**
   * Ends the session of an entry in a user's index; false where there was none, or it is another
   * user's by now.
   *
   * @param young whether a session may be about to be there that is not yet; then it never will be
   */
  Future<Boolean> end(Room room, String user, Entry entry, Ending reason, boolean young) {
    room.lastKnown().forget(entry.id());
    return look(room, entry.id())
        .compose(
            found ->
                found.isPresent() && !found.get().owner().equals(user)
                    ? room.users().forget(user, List.of(entry)).map(false)
                    : end(room, entry.id(), found, reason, young)
                        .compose(
                            was -> room.users().leave(user, entry.id(), entry.number()).map(was)));
  }

  private Future<Boolean> end(
      Room room, String id, Optional<Found> found, Ending reason, boolean young) {
    return room.store()
        .end(id, room.remembered(), young || room.records() != null)
        .compose(
            end -> {
              if (end.was()) {
                return end.from() == null
                    ? ended(room, id, found, end, reason)
                    : endedCopy(room, id, found, end, reason);
              }
              if (end.noted() && !young) {
                inRecord(room, id, reason);
                return room.index().mourn(id).map(false);
              }
              return Future.succeededFuture(false);
            });
  }

  /**
   * It was the copy of a session that is being rotated. The session ends with it, under whichever
   * of the two ids it lives: it counts once.
   */
  private Future<Boolean> endedCopy(
      Room room, String copy, Optional<Found> found, End end, Ending reason) {
    String original = String.valueOf(end.from());
    return room.store()
        .end(original, room.remembered(), false)
        .compose(
            first ->
                first.was()
                    ? ended(room, original, found, first, reason)
                        .compose(was -> cleared(room, copy, found, end).map(was))
                    : first.movedTo().equals(copy)
                        ? cleared(room, original, found, first)
                            .compose(gone -> ended(room, copy, found, end, reason))
                        : cleared(room, copy, found, end).map(false));
  }

  /** What only the system of record knows has ended too; nobody waits until that was asked. */
  private void inRecord(Room room, String id, Ending reason) {
    SessionRecords records = room.records();
    if (records != null) {
      End end = new End(true, false, null, null, null, "");
      records
          .owner(id)
          .otherwise(unknown -> Optional.of(Owner.UNKNOWN))
          .onSuccess(
              owner ->
                  owner.ifPresent(of -> ended(room, id, Optional.empty(), of.user(), end, reason)));
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

  private Future<Boolean> ended(
      Room room, String id, Optional<Found> found, End end, Ending reason) {
    return ended(
        room,
        id,
        found,
        found.map(session -> session.body().user()).orElse(end.user()),
        end,
        reason);
  }

  /** It was over already where it was not found, and then this is how everybody hears of it. */
  private Future<Boolean> ended(
      Room room, String id, Optional<Found> found, @Nullable UserId user, End end, Ending reason) {
    events.accept(new SessionEnded(room.name(), id, user, reason));
    return cleared(room, id, found, end).map(true);
  }

  /** An ended session leaves the indexes, and what it played is over. */
  private Future<Void> cleared(Room room, String id, Optional<Found> found, End end) {
    UserId noted = end.user();
    String owner = noted == null ? found.map(Found::owner).orElse("") : noted.text();
    return room.index()
        .mourn(id)
        .compose(done -> room.index().leave(id))
        .compose(done -> room.users().leave(owner, id, end.number()))
        .compose(left -> listening.over(room, id))
        .mapEmpty();
  }

  /** A session has gone on under another id, and what it played with it. */
  Future<Void> moved(Room room, String id, String fresh, Found session) {
    UserId user = session.body().user();
    return listening
        .moved(room, id, fresh)
        .compose(
            moved ->
                ended(
                    room,
                    id,
                    Optional.of(session),
                    new End(true, false, user, session.facts().number(), null, fresh),
                    Ending.ROTATED))
        .mapEmpty();
  }
}
