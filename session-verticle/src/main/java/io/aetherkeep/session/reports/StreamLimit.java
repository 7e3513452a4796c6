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

/** Limit of podcast streams that a user plays at once; exclusive playback is the limit of one. */
public final class StreamLimit {

  /** How many other sessions are stopped at once. */
  private static final int AT_ONCE = 250;

  private final PlaybackEffects effects;

  public StreamLimit(PlaybackEffects effects) {
    this.effects = effects;
  }

  /** Counts a session against its user's limit. Exclusive playback needs no free place. */
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
        "The user's limit of "
            + space.sessions().policy().streams()
            + " streams is reached; with 'here' the others are stopped");
  }

  Future<Void> release(PlaybackSpace space, StoredSession session) {
    return space.sessions().policy().streams() == 0 || session.owner().isEmpty()
        ? Future.succeededFuture()
        : space.streams().release(session.owner(), session.id());
  }

  /** Takes a turn of exclusive playback; null for a session without a user. */
  Future<@Nullable Long> turn(PlaybackSpace space, StoredSession session) {
    return session.owner().isEmpty()
        ? Future.succeededFuture()
        : space.streams().turn(session.owner());
  }

  /**
   * Stops all other sessions of the user, or this one where a later one plays exclusively.
   *
   * <p>The playbacks of a user are in different slots. So each of several sessions first enters
   * itself as playing, then records its turn, and then stops others with lesser turns. Of any two,
   * either the later one finds the earlier entry, or the earlier one finds the later turn.
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
    long asked = effects.moment();
    return space
        .playbacks()
        .giveWay(id, turn)
        .compose(
            stopped ->
                stopped.isPresent()
                    ? effects.changed(space, id, stopped.get(), asked)
                    : Future.succeededFuture())
        .recover(StreamLimit::ignoreEnded);
  }

  private static Future<Void> ignoreEnded(Throwable thrown) {
    Code code = Failure.from(thrown).code();
    return code == Code.SESSION_UNKNOWN || code == Code.UNREADABLE_VALUE
        ? Future.succeededFuture()
        : Future.failedFuture(thrown);
  }

  /**
   * Resumes playback of a connected session that lease expiry had stopped; answers the playback.
   */
  Future<StoredPlayback> resume(PlaybackSpace space, String id, StoredPlayback playing) {
    long asked = effects.moment();
    return playing.lapsedAt() == 0
        ? Future.succeededFuture(playing)
        : mayResume(space, id, playing)
            .compose(
                may ->
                    may
                        ? space.playbacks().recover(id, playing.lapsedAt())
                        : Future.succeededFuture(Optional.empty()))
            .compose(
                outcome ->
                    outcome.isEmpty()
                        ? Future.succeededFuture(playing)
                        : effects
                            .changed(space, id, outcome.get(), asked)
                            .map(outcome.get().now()));
  }

  private static Future<Boolean> mayResume(PlaybackSpace space, String id, StoredPlayback playing) {
    String user = playing.user();
    int most = space.sessions().policy().streams();
    return user.isEmpty()
        ? Future.succeededFuture(true)
        : space
            .streams()
            .onlyPlayingSince(user)
            .compose(
                since ->
                    since > playing.lapsedAt()
                        ? Future.succeededFuture(false)
                        : most == 0
                            ? Future.succeededFuture(true)
                            : space.streams().reserve(user, id, most));
  }
}
