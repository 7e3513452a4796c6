package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.session.SessionIndex.Place;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sees to it that no user has more sessions than one may have. */
final class Places {

  private final Endings endings;

  Places(Endings endings) {
    this.endings = endings;
  }

  /** Enters a session that is about to be opened in the indexes that have no limit. */
  Future<Void> enter(Room room, Found session) {
    String user = isLimited(room, session) ? "" : session.owner();
    return room.index().enter(session.id(), user, session.ttlMillis());
  }

  /**
   * Takes a place among the user's sessions for one that was opened; without one it is gone again.
   *
   * <p>Not before it was opened: others could neither tell it from a dead one, nor end it.
   */
  Future<Void> take(Room room, Found session) {
    if (!isLimited(room, session)) {
      return Future.succeededFuture();
    }
    return reserve(room, session)
        .compose(
            place ->
                place.taken()
                    ? Future.succeededFuture(place)
                    : heal(room, session, place).compose(healed -> reserve(room, session)))
        .compose(place -> place.taken() ? giveWay(room, place) : withdraw(room, session));
  }

  private static boolean isLimited(Room room, Found session) {
    return !session.owner().isEmpty() && room.policy().cap().most() > 0;
  }

  private static Future<Void> withdraw(Room room, Found session) {
    return room.store()
        .end(session.id(), Duration.ZERO, false)
        .compose(gone -> room.index().leave(session.id(), session.owner()))
        .compose(left -> Future.failedFuture(full(room)));
  }

  /** Takes a session out of the indexes again whose id turned out to be another's. */
  Future<Void> giveBack(Room room, Found session) {
    return room.store()
        .look(session.id())
        .compose(
            other ->
                other.isEmpty()
                    ? room.index().leave(session.id(), session.owner())
                    : giveBack(room, session, other.get()));
  }

  private Future<Void> giveBack(Room room, Found session, Found other) {
    Future<Void> left =
        other.owner().equals(session.owner())
            ? Future.succeededFuture()
            : room.index().disown(session.owner(), List.of(session.id()));
    return left.compose(done -> room.index().enter(other.id(), other.owner(), other.ttlMillis()));
  }

  private Future<Place> reserve(Room room, Found session) {
    return room.index()
        .reserve(session.id(), session.owner(), session.ttlMillis(), room.policy().cap());
  }

  /** A session may be gone and the index not know; one that cannot be read is there. */
  private static Future<Void> heal(Room room, Found session, Place place) {
    List<String> dead = new ArrayList<>();
    List<Future<Boolean>> looks =
        place.others().stream()
            .map(
                id ->
                    room.store()
                        .look(id)
                        .map(Optional::isPresent)
                        .otherwise(true)
                        .onSuccess(
                            lives -> {
                              if (!lives) {
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
