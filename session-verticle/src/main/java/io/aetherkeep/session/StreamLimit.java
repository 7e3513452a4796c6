package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.session.PlaybackStore.Listener;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Limit of the podcast streams that a user plays at once; exclusive playback is the limit of one.
 */
final class StreamLimit {

  /** How many others are stopped at once. */
  private static final int AT_ONCE = 250;

  private final Listening listening;

  StreamLimit(Listening listening) {
    this.listening = listening;
  }

  /** Takes a place for a session that is to play; one that is to play alone needs none. */
  Future<Void> take(Room room, Found session, boolean alone) {
    int most = room.policy().streams();
    String user = session.owner();
    if (user.isEmpty() || most == 0) {
      return Future.succeededFuture();
    }
    return alone
        ? room.streams().hold(List.of(new Listener(session.id(), user)))
        : room.streams()
            .reserve(user, session.id(), most)
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
        : room.streams().release(session.owner(), session.id());
  }

  /** A turn to play alone; nothing where nobody's session has no others. */
  Future<@Nullable Long> turn(Room room, Found session) {
    return session.owner().isEmpty()
        ? Future.succeededFuture()
        : room.streams().turn(session.owner());
  }

  /**
   * Leaves a session as the only one of its user that plays, or stops it where a later one does.
   *
   * <p>The playbacks of a user are in as many slots. So each of several at once says first that it
   * plays, then that its turn does, and then stops the others of lesser turns: of any two, either
   * the later one's look finds the other, or the other finds the later turn.
   */
  Future<Void> alone(Room room, Found session, long turn) {
    String user = session.owner();
    return room.streams()
        .plays(user, turn)
        .compose(
            last ->
                last > turn
                    ? stop(room, session.id(), last)
                    : room.streams()
                        .of(user)
                        .compose(ids -> stopOthers(room, session.id(), ids, 0, turn)));
  }

  private Future<Void> stopOthers(Room room, String id, List<String> ids, int from, long turn) {
    int to = Math.min(ids.size(), from + AT_ONCE);
    List<Future<Void>> some =
        ids.subList(from, to).stream()
            .filter(other -> !other.equals(id))
            .map(other -> stop(room, other, turn))
            .toList();
    Future<Void> stopped = Future.all(some).mapEmpty();
    return to == ids.size()
        ? stopped
        : stopped.compose(done -> stopOthers(room, id, ids, to, turn));
  }

  private Future<Void> stop(Room room, String id, long turn) {
    return room.playbacks()
        .giveWay(id, turn)
        .compose(
            stopped ->
                stopped.isPresent()
                    ? listening.changed(room, id, stopped.get())
                    : Future.succeededFuture())
        .recover(StreamLimit::unlessOver);
  }

  private static Future<Void> unlessOver(Throwable thrown) {
    Code code = Failure.from(thrown).code();
    return code == Code.SESSION_UNKNOWN || code == Code.UNREADABLE_VALUE
        ? Future.succeededFuture()
        : Future.failedFuture(thrown);
  }

  /**
   * Lets a session go on that was stopped because its connections were silent, and that is
   * connected still; answers what it plays.
   */
  Future<Playing> recovered(Room room, String id, Playing playing) {
    return playing.lapsedAt() == 0
        ? Future.succeededFuture(playing)
        : mayGoOn(room, id, playing)
            .compose(
                may ->
                    may
                        ? room.playbacks().recover(id, playing.lapsedAt())
                        : Future.succeededFuture(Optional.empty()))
            .compose(
                outcome ->
                    outcome.isEmpty()
                        ? Future.succeededFuture(playing)
                        : listening.changed(room, id, outcome.get()).map(outcome.get().now()));
  }

  private static Future<Boolean> mayGoOn(Room room, String id, Playing playing) {
    String user = playing.user();
    int most = room.policy().streams();
    return user.isEmpty()
        ? Future.succeededFuture(true)
        : room.streams()
            .aloneSince(user)
            .compose(
                since ->
                    since > playing.lapsedAt()
                        ? Future.succeededFuture(false)
                        : most == 0
                            ? Future.succeededFuture(true)
                            : room.streams().reserve(user, id, most));
  }
}
