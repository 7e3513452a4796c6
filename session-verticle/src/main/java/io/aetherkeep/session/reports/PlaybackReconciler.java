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
 * Reconciliation of a session's playback with its effects: listeners, its user's streams, the
 * session's document.
 *
 * <p>These are in different slots, so no script updates them together. Each round writes the
 * effects of the playback as last known, and then reads playback and session again: in one wave
 * where Redis runs commands in order. Of concurrent reports the last one reads what all have left,
 * and corrects the rest.
 */
final class PlaybackReconciler {

  /** Limit of rounds while others report at the same time. */
  private static final int MOST_ATTEMPTS = 50;

  private final ActiveStreams active;

  PlaybackReconciler(ActiveStreams active) {
    this.active = active;
  }

  /**
   * Transition of the effects from one state of playback to another.
   *
   * @param begins whether to renew listener leases even if nothing changes
   * @param named whether the session's document is updated too
   * @param session the session as last read, null where it was not read
   */
  record Step(
      ListenerState before,
      ListenerState now,
      boolean begins,
      boolean named,
      @Nullable StoredSession session) {

    static Step named(ListenerState before, ListenerState now, @Nullable StoredSession session) {
      return new Step(before, now, true, true, session);
    }

    static Step listenersOnly(ListenerState before, ListenerState now) {
      return new Step(before, now, true, false, null);
    }

    /** The next step, where the playback differed after this one. */
    Step then(Readback found) {
      return new Step(now, found.now, false, named, found.session.orElse(null));
    }
  }

  /** Playback and session as read after a round's writes. */
  record Readback(ListenerState now, Optional<StoredSession> session) {}

  /** Reconciles until the effects match; answers the session, if it lives. */
  Future<Optional<StoredSession>> follow(PlaybackSpace space, String id, Step step) {
    return follow(space, id, step, List::of);
  }

  /** The same, with writes that are sent before the first round, in its wave. */
  Future<Optional<StoredSession>> follow(
      PlaybackSpace space, String id, Step step, Supplier<List<Future<?>>> first) {
    return active
        .naming(step.session, step.now.active())
        .compose(body -> round(space, id, step, body, first, MOST_ATTEMPTS));
  }

  /** Reconciles the new id of a rotated session. */
  Future<Optional<StoredSession>> follow(PlaybackSpace space, String id) {
    return space
        .playbacks()
        .peek(id)
        .map(ListenerState::of)
        .compose(playing -> follow(space, id, new Step(playing, playing, false, true, null)));
  }

  /** Removes listener entries that no longer match the playback. */
  Future<Void> confirm(PlaybackSpace space, String id, ListenerState seen) {
    return space
        .playbacks()
        .peek(id)
        .map(ListenerState::of)
        .compose(
            playing ->
                playing.listensAs(seen)
                    ? Future.succeededFuture()
                    : follow(space, id, Step.listenersOnly(seen, playing)).mapEmpty());
  }

  /** Removes the effects of a session that no longer plays. */
  Future<Void> removeListeners(PlaybackSpace space, String id, ListenerState before) {
    return Future.all(listeners(space, id, Step.listenersOnly(before, ListenerState.NOTHING)))
        .mapEmpty();
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
        .behind(writes, () -> readBack(space, id, step, written))
        .compose(found -> next(space, id, step, found, attempts))
        .compose(session -> writes.map(session));
  }

  private @Nullable Future<Optional<StoredSession>> written(
      PlaybackSpace space, @Nullable StoredSession seen, Optional<SessionBody> body) {
    return seen == null || body.isEmpty() ? null : active.write(space, seen, body.get());
  }

  private static Future<Readback> readBack(
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
        .map(both -> new Readback(ListenerState.of(playing.result()), session.result()));
  }

  private Future<Optional<StoredSession>> next(
      PlaybackSpace space, String id, Step done, Readback found, int attempts) {
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
    ListenerState before = step.before;
    ListenerState now = step.now;
    boolean changes = !now.listensAs(before);
    List<Future<?>> writes = new ArrayList<>();
    if (changes && !before.podcast().isEmpty()) {
      writes.add(space.audience().leave(before.podcast(), before.listener(id)));
    }
    usersToRelease(space, step).forEach(user -> writes.add(space.streams().release(user, id)));
    if (!now.podcast().isEmpty() && (changes || step.begins)) {
      writes.add(startListening(space, now, now.listener(id), changes));
      if (!now.user().isEmpty()) {
        writes.add(space.streams().hold(List.of(now.listener(id))));
      }
    }
    return writes;
  }

  private static Future<?> startListening(
      PlaybackSpace space, ListenerState now, Listener listener, boolean begins) {
    return begins
        ? space.audience().begin(now.podcast(), listener)
        : space.audience().enter(now.podcast(), List.of(listener));
  }

  /**
   * Users whose streams no longer include the session: a former user, and the present one of a
   * session that does not play.
   */
  private static Set<String> usersToRelease(PlaybackSpace space, Step step) {
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
