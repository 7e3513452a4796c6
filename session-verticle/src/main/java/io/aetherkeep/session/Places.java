package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.session.SessionIndex.Place;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sees to it that no user has more sessions than one may have. */
final class Places {

  private final InstantSource clock;
  private final Endings endings;

  Places(InstantSource clock, Endings endings) {
    this.clock = clock;
    this.endings = endings;
  }

  /** Enters a session that is about to be opened in the indexes, if there is a place for it. */
  Future<Void> take(Room room, Found session) {
    if (session.owner().isEmpty() || room.policy().cap().most() == 0) {
      return room.index().enter(session.id(), session.owner(), expiry(session));
    }
    return reserve(room, session)
        .compose(
            place ->
                place.taken()
                    ? Future.succeededFuture(place)
                    : heal(room, session, place).compose(healed -> reserve(room, session)))
        .compose(place -> place.taken() ? giveWay(room, place) : Future.failedFuture(full(room)))
        .compose(done -> room.index().enter(session.id(), "", expiry(session)));
  }

  /** Takes a session out of the indexes again that could not be opened, unless it is another's. */
  Future<Void> giveBack(Room room, Found session) {
    return room.store()
        .look(session.id())
        .compose(
            other -> {
              if (other.isEmpty()) {
                return room.index().leave(session.id(), session.owner());
              }
              return other.get().owner().equals(session.owner())
                  ? Future.succeededFuture()
                  : room.index().disown(session.owner(), List.of(session.id()));
            });
  }

  private Future<Place> reserve(Room room, Found session) {
    return room.index()
        .reserve(session.id(), session.owner(), expiry(session), room.policy().cap());
  }

  private Instant expiry(Found session) {
    return clock.instant().plusMillis(session.ttlMillis());
  }

  /** A session may be gone and the index not know. */
  private static Future<Void> heal(Room room, Found session, Place place) {
    List<String> dead = new ArrayList<>();
    List<Future<Optional<Found>>> looks =
        place.others().stream()
            .map(
                id ->
                    room.store()
                        .look(id)
                        .onSuccess(
                            found -> {
                              if (found.isEmpty()) {
                                dead.add(id);
                              }
                            }))
            .toList();
    return Future.all(looks).compose(all -> room.index().disown(session.owner(), dead));
  }

  private Future<Void> giveWay(Room room, Place place) {
    return Future.all(
            place.others().stream().map(id -> endings.end(room, id, Ending.REPLACED)).toList())
        .mapEmpty();
  }

  private static Failure full(Room room) {
    return Failure.of(
        Code.TOO_MANY_SESSIONS,
        "A user has at most " + room.policy().cap().most() + " sessions here");
  }
}
