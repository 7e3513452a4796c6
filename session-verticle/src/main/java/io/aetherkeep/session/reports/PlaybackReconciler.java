package io.aetherkeep.session.reports;

import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.playback.PlaybackStore.Listener;
import io.aetherkeep.session.playback.StoredPlayback;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reconciliation of what others see of a session's playback with the playback itself: who listens,
 * the streams of its user, the session's document.
 *
 * <p>All of these are in slots of their own. So each round writes what follows from the playback as
 * it is thought to be, and reads the playback and the session behind that: in one wave where Redis
 * runs what is sent in its order. Of several reports at once the last one reads what all have left,
 * and leaves everything as the playback is.
 */
final class PlaybackReconciler {

  /** So often others may report at the same time. */
  private static final int MOST_ATTEMPTS = 50;

  private final ActiveStreams active;

  PlaybackReconciler(ActiveStreams active) {
    this.active = active;
  }

  /**
   * From what others saw to what they are to see.
   *
   * @param begins whether listeners are to be written though they stay the same
   * @param named whether the session's document is to follow, and not only who listens
   * @param session the session as it was read last; nothing where it was not
   */
  record Step(
      Played before, Played now, boolean begins, boolean named, @Nullable StoredSession session) {

    static Step named(Played before, Played now, @Nullable StoredSession session) {
      return new Step(before, now, true, true, session);
    }

    static Step heard(Played before, Played now) {
      return new Step(before, now, true, false, null);
    }

    /** The next one, where something else was found behind this one. */
    Step then(Look found) {
      return new Step(now, found.now, false, named, found.session.orElse(null));
    }
  }

  /** What a round found behind its writes. */
  record Look(Played now, Optional<StoredSession> session) {}

  /** Leaves everything as the playback is; answers the session, if it lives. */
  Future<Optional<StoredSession>> follow(PlaybackSpace space, String id, Step step) {
    return follow(space, id, step, List::of);
  }

  /** The same, with writes that go out before the first round, in its wave. */
  Future<Optional<StoredSession>> follow(
      PlaybackSpace space, String id, Step step, Supplier<List<Future<?>>> first) {
    return active
        .naming(step.session, step.now.active())
        .compose(body -> round(space, id, step, body, first, MOST_ATTEMPTS));
  }

  /** The same of a session whose playback moved to it. */
  Future<Optional<StoredSession>> follow(PlaybackSpace space, String id) {
    return space
        .playbacks()
        .peek(id)
        .map(Played::of)
        .compose(playing -> follow(space, id, new Step(playing, playing, false, true, null)));
  }

  /** Makes sure that a session listens to no more than it plays. */
  Future<Void> confirm(PlaybackSpace space, String id, Played seen) {
    return space
        .playbacks()
        .peek(id)
        .map(Played::of)
        .compose(
            playing ->
                playing.listensAs(seen)
                    ? Future.succeededFuture()
                    : follow(space, id, Step.heard(seen, playing)).mapEmpty());
  }

  /** A session does not play any more. */
  Future<Void> left(PlaybackSpace space, String id, Played before) {
    return Future.all(listeners(space, id, Step.heard(before, Played.NOTHING))).mapEmpty();
  }

  private Future<Optional<StoredSession>> round(
      PlaybackSpace space,
      String id,
      Step step,
      Optional<SessionBody> body,
      Supplier<List<Future<?>>> first,
      int attempts) {
    List<Future<?>> wave = new ArrayList<>(first.get());
    wave.addAll(listeners(space, id, step));
    Future<Optional<StoredSession>> written = written(space, step.session, body);
    if (written != null) {
      wave.add(written);
    }
    Future<?> writes = Future.join(wave);
    return space
        .playbacks()
        .behind(writes, () -> look(space, id, step, written))
        .compose(found -> next(space, id, step, found, attempts))
        .compose(left -> writes.map(left));
  }

  private @Nullable Future<Optional<StoredSession>> written(
      PlaybackSpace space, @Nullable StoredSession seen, Optional<SessionBody> body) {
    return seen == null || body.isEmpty() ? null : active.write(space, seen, body.get());
  }

  private static Future<Look> look(
      PlaybackSpace space,
      String id,
      Step step,
      @Nullable Future<Optional<StoredSession>> written) {
    Future<StoredPlayback> playing = space.playbacks().peek(id);
    Future<Optional<StoredSession>> session =
        written != null
            ? written
            : step.named
                ? space.sessions().store().peek(id)
                : Future.succeededFuture(Optional.empty());
    return Future.all(playing, session)
        .map(both -> new Look(Played.of(playing.result()), session.result()));
  }

  private Future<Optional<StoredSession>> next(
      PlaybackSpace space, String id, Step done, Look found, int attempts) {
    Step then = done.then(found);
    return active
        .naming(then.session, then.now.active())
        .compose(
            body ->
                attempts == 0 || (body.isEmpty() && then.now.listensAs(done.now))
                    ? Future.succeededFuture(found.session)
                    : round(space, id, then, body, List::of, attempts - 1));
  }

  private static List<Future<?>> listeners(PlaybackSpace space, String id, Step step) {
    Played before = step.before;
    Played now = step.now;
    boolean changes = !now.listensAs(before);
    List<Future<?>> writes = new ArrayList<>();
    if (changes && !before.podcast().isEmpty()) {
      writes.add(space.audience().leave(before.podcast(), before.listener(id)));
    }
    released(space, step).forEach(user -> writes.add(space.streams().release(user, id)));
    if (!now.podcast().isEmpty() && (changes || step.begins)) {
      writes.add(listens(space, now, now.listener(id), changes));
      if (!now.user().isEmpty()) {
        writes.add(space.streams().hold(List.of(now.listener(id))));
      }
    }
    return writes;
  }

  private static Future<?> listens(
      PlaybackSpace space, Played now, Listener listener, boolean begins) {
    return begins
        ? space.audience().begin(now.podcast(), listener)
        : space.audience().enter(now.podcast(), List.of(listener));
  }

  /** The users whose streams the session is not among; one that does not play takes no place. */
  private static Set<String> released(PlaybackSpace space, Step step) {
    Set<String> users = new LinkedHashSet<>();
    if (!step.before.user().equals(step.now.user())) {
      users.add(step.before.user());
    }
    StoredSession session = step.session;
    if (session != null
        && step.now.podcast().isEmpty()
        && space.sessions().policy().streams() > 0) {
      users.add(session.owner());
    }
    users.remove("");
    return users;
  }
}
