package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.session.PlaybackStore.Change;
import io.vertx.core.Future;

/** Sees to it that no user plays more at once than one may, where that is bounded. */
final class Streams {

  /** Of how many sessions of a user the others are stopped, the longest-lived first. */
  private static final int OTHERS = 1000;

  private final Listening listening;

  Streams(Listening listening) {
    this.listening = listening;
  }

  /** Takes a place for a session that is to play, and stops the others where that is asked for. */
  Future<Void> take(Room room, Found session, boolean here) {
    String user = session.owner();
    if (user.isEmpty()) {
      return Future.succeededFuture();
    }
    return (here ? stopOthers(room, session) : Future.succeededFuture())
        .compose(
            stopped ->
                room.policy().streams() == 0
                    ? Future.succeededFuture(true)
                    : room.playbacks().reserve(user, session.id(), room.policy().streams()))
        .compose(taken -> taken ? Future.succeededFuture() : Future.failedFuture(full(room)));
  }

  private static Failure full(Room room) {
    return Failure.of(
        Code.TOO_MANY_STREAMS,
        "A user plays at most "
            + room.policy().streams()
            + " at once here; with 'here' the others stop");
  }

  Future<Void> giveBack(Room room, Found session) {
    return room.policy().streams() == 0 || session.owner().isEmpty()
        ? Future.succeededFuture()
        : room.playbacks().release(session.owner(), session.id());
  }

  private Future<?> stopOthers(Room room, Found session) {
    return room.index()
        .ofUser(session.owner(), 0, OTHERS)
        .compose(
            ids ->
                Future.all(
                    ids.stream()
                        .filter(id -> !id.equals(session.id()))
                        .map(id -> stop(room, id))
                        .toList()));
  }

  private Future<Void> stop(Room room, String id) {
    return room.playbacks()
        .read(id)
        .compose(
            found ->
                found.isPresent() && found.get().isHeard()
                    ? room.playbacks()
                        .report(id, Change.stop(found.get().user()))
                        .compose(stopped -> listening.changed(room, id, stopped))
                        .recover(Streams::unlessOver)
                    : Future.succeededFuture());
  }

  private static Future<Void> unlessOver(Throwable thrown) {
    return Failure.from(thrown).code() == Code.SESSION_UNKNOWN
        ? Future.succeededFuture()
        : Future.failedFuture(thrown);
  }
}
