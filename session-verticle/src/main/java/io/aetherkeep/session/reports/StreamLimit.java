package io.aetherkeep.session.reports;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.playback.PlaybackStore.Listener;
import io.aetherkeep.session.playback.StoredPlayback;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Limit of the podcast streams that a user plays at once; exclusive playback is the limit of one.
 */
public final class StreamLimit {

  /** How many others are stopped at once. */
  private static final int AT_ONCE = 250;

  private final PlaybackEffects effects;

  public StreamLimit(PlaybackEffects effects) {
    this.effects = effects;
  }

  /** Takes a place for a session that is to play; one that is to play alone needs none. */
  Future<Void> take(PlaybackSpace space, StoredSession session, boolean alone) {
    int most = space.sessions().policy().streams();
    String user = session.owner();
    if (user.isEmpty() || most == 0) {
      return Future.succeededFuture();
    }
    return alone
        ? space.streams().hold(List.of(new Listener(session.id(), user))).mapEmpty()
        : space
            .streams()
            .reserve(user, session.id(), most)
            .compose(taken -> taken ? Future.succeededFuture() : Future.failedFuture(full(space)));
  }

  private static Failure full(PlaybackSpace space) {
    return Failure.of(
        Code.TOO_MANY_STREAMS,
        "A user plays at most "
            + space.sessions().policy().streams()
            + " at once here; with 'here' the others stop");
  }

  Future<Void> giveBack(PlaybackSpace space, StoredSession session) {
    return space.sessions().policy().streams() == 0 || session.owner().isEmpty()
        ? Future.succeededFuture()
        : space.streams().release(session.owner(), session.id());
  }

  /** A turn to play alone; nothing where nobody's session has no others. */
  Future<@Nullable Long> turn(PlaybackSpace space, StoredSession session) {
    return session.owner().isEmpty()
        ? Future.succeededFuture()
        : space.streams().turn(session.owner());
  }

  /**
   * Leaves a session as the only one of its user that plays, or stops it where a later one does.
   *
   * <p>The playbacks of a user are in as many slots. So each of several at once says first that it
   * plays, then that its turn does, and then stops the others of lesser turns: of any two, either
   * the later one's look finds the other, or the other finds the later turn.
   */
  Future<Void> alone(PlaybackSpace space, StoredSession session, long turn) {
    String user = session.owner();
    return space
        .streams()
        .plays(user, turn)
        .compose(
            last ->
                last > turn
                    ? stop(space, session.id(), last)
                    : space
                        .streams()
                        .of(user)
                        .compose(ids -> stopOthers(space, session.id(), ids, 0, turn)));
  }

  private Future<Void> stopOthers(
      PlaybackSpace space, String id, List<String> ids, int from, long turn) {
    int to = Math.min(ids.size(), from + AT_ONCE);
    List<Future<Void>> some =
        ids.subList(from, to).stream()
            .filter(other -> !other.equals(id))
            .map(other -> stop(space, other, turn))
            .toList();
    Future<Void> stopped = Future.all(some).mapEmpty();
    return to == ids.size()
        ? stopped
        : stopped.compose(done -> stopOthers(space, id, ids, to, turn));
  }

  private Future<Void> stop(PlaybackSpace space, String id, long turn) {
    return space
        .playbacks()
        .giveWay(id, turn)
        .compose(
            stopped ->
                stopped.isPresent()
                    ? effects.changed(space, id, stopped.get())
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
  Future<StoredPlayback> recovered(PlaybackSpace space, String id, StoredPlayback playing) {
    return playing.lapsedAt() == 0
        ? Future.succeededFuture(playing)
        : mayGoOn(space, id, playing)
            .compose(
                may ->
                    may
                        ? space.playbacks().recover(id, playing.lapsedAt())
                        : Future.succeededFuture(Optional.empty()))
            .compose(
                outcome ->
                    outcome.isEmpty()
                        ? Future.succeededFuture(playing)
                        : effects.changed(space, id, outcome.get()).map(outcome.get().now()));
  }

  private static Future<Boolean> mayGoOn(PlaybackSpace space, String id, StoredPlayback playing) {
    String user = playing.user();
    int most = space.sessions().policy().streams();
    return user.isEmpty()
        ? Future.succeededFuture(true)
        : space
            .streams()
            .aloneSince(user)
            .compose(
                since ->
                    since > playing.lapsedAt()
                        ? Future.succeededFuture(false)
                        : most == 0
                            ? Future.succeededFuture(true)
                            : space.streams().reserve(user, id, most));
  }
}
