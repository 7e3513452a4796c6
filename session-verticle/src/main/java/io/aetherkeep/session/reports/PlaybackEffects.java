package io.aetherkeep.session.reports;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackChanged;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.playback.Leases;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.playback.PlaybackStore.Change;
import io.aetherkeep.session.playback.PlaybackStore.Listener;
import io.aetherkeep.session.playback.PlaybackStore.Outcome;
import io.aetherkeep.session.playback.PlaybackStore.Result;
import io.aetherkeep.session.playback.StoredPlayback;
import io.aetherkeep.session.reports.PlaybackReconciler.Step;
import io.aetherkeep.session.reports.Positions.Who;
import io.aetherkeep.session.space.SessionSpace;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Effects of a playback change: listeners, the session's document, and events. */
public final class PlaybackEffects {

  private final PerSpace<PlaybackSpace> spaces;
  private final Positions positions;
  private final ActiveStreams active;
  private final PlaybackReconciler reconciler;
  private final InstantSource clock;
  private final Consumer<Event> events;

  public PlaybackEffects(
      PerSpace<PlaybackSpace> spaces,
      Positions positions,
      ActiveStreams active,
      InstantSource clock,
      Consumer<Event> events) {
    this.spaces = spaces;
    this.positions = positions;
    this.active = active;
    this.reconciler = new PlaybackReconciler(active);
    this.clock = clock;
    this.events = events;
  }

  /**
   * Reports a change. Its expected effects are sent behind it in one wave where Redis runs commands
   * in order. More waves correct them if the outcome differs.
   */
  Future<Outcome> report(
      PlaybackSpace space, StoredSession session, StoredPlayback before, Change change) {
    return ListenerState.expected(before, change)
        .filter(expected -> space.playbacks().isInOrder())
        .map(expected -> ahead(space, session, ListenerState.of(before), expected, change))
        .orElseGet(() -> behind(space, session, change));
  }

  /**
   * Sends the effects with the report. The lease check is scheduled first: an entry too many is
   * harmless.
   */
  private Future<Outcome> ahead(
      PlaybackSpace space,
      StoredSession session,
      ListenerState before,
      ListenerState expected,
      Change change) {
    String id = session.id();
    Promise<Outcome> reported = Promise.promise();
    Step step = Step.named(before, expected, session);
    return reconciler
        .follow(
            space,
            id,
            step,
            () -> {
              Future<Void> due = due(space, id, expected);
              store(space, id, change).onComplete(reported);
              return List.of(due, reported.future());
            })
        .compose(lives -> settled(space, id, before, reported.future().result(), lives));
  }

  /** Corrects the effects if the playback was changed by others since it was read. */
  private Future<Outcome> settled(
      PlaybackSpace space,
      String id,
      ListenerState before,
      Outcome outcome,
      Optional<StoredSession> lives) {
    ListenerState was = ListenerState.of(outcome.before());
    Step again = Step.named(was, ListenerState.of(outcome.now()), lives.orElse(null));
    Future<Optional<StoredSession>> followed =
        was.listensAs(before) ? Future.succeededFuture(lives) : reconciler.follow(space, id, again);
    return followed.compose(now -> used(space, id, outcome, now));
  }

  /** Sends the effects after the report, where they depend on its outcome. */
  private Future<Outcome> behind(PlaybackSpace space, StoredSession session, Change change) {
    return store(space, session.id(), change)
        .compose(
            outcome ->
                switch (outcome.result()) {
                  case EMPTY -> Future.succeededFuture(outcome);
                  case LATE ->
                      followed(space, session, outcome, false)
                          .compose(done -> recordUse(space, session, outcome));
                  case TAKEN ->
                      followed(space, session, outcome, true)
                          .compose(lives -> used(space, session.id(), outcome, lives));
                });
  }

  private Future<Optional<StoredSession>> followed(
      PlaybackSpace space, StoredSession session, Outcome outcome, boolean taken) {
    ListenerState before = ListenerState.of(outcome.before());
    ListenerState now = ListenerState.of(outcome.now());
    Step step = taken ? Step.named(before, now, session) : Step.listenersOnly(before, now);
    return reconciler.follow(
        space, session.id(), step, () -> List.of(due(space, session.id(), now)));
  }

  private Future<Outcome> recordUse(PlaybackSpace space, StoredSession session, Outcome outcome) {
    active.used(space, session);
    return Future.succeededFuture(outcome);
  }

  private static Future<Void> due(PlaybackSpace space, String id, ListenerState playing) {
    return playing.active().isEmpty()
        ? Future.succeededFuture()
        : space.leases().due(Map.of(id, Leases.LENGTH.toMillis()));
  }

  private Future<Outcome> store(PlaybackSpace space, String id, Change change) {
    long asked = moment();
    return space
        .playbacks()
        .report(id, change)
        .onSuccess(outcome -> learn(space, id, outcome, asked));
  }

  /** Present moment, taken before a change is sent. */
  long moment() {
    return positions.moment();
  }

  private void learn(PlaybackSpace space, String id, Outcome outcome, long asked) {
    Who who = new Who(space.name(), id);
    if (outcome.result() != Result.EMPTY) {
      positions.learn(who, outcome.now(), asked, clock.millis());
    }
    if (outcome.now().isPlaying()) {
      positions.leased(who, clock.millis());
    }
  }

  private Future<Outcome> used(
      PlaybackSpace space, String id, Outcome outcome, Optional<StoredSession> lives) {
    lives.ifPresent(session -> active.used(space, session));
    return announce(space, id, outcome, lives).map(outcome);
  }

  /** Applies the effects of a change of playback that was sent at a moment. */
  Future<Void> changed(PlaybackSpace space, String id, Outcome outcome, long asked) {
    learn(space, id, outcome, asked);
    Step step =
        Step.named(ListenerState.of(outcome.before()), ListenerState.of(outcome.now()), null);
    return reconciler.follow(space, id, step).compose(lives -> announce(space, id, outcome, lives));
  }

  /** Corrects a session's listener entries, which follow a playback read earlier. */
  Future<Void> confirm(PlaybackSpace space, String id, StoredPlayback seen) {
    return reconciler.confirm(space, id, ListenerState.of(seen));
  }

  /** Announces the change, or removes the playback if the session has ended in the meantime. */
  private Future<Void> announce(
      PlaybackSpace space, String id, Outcome outcome, Optional<StoredSession> lives) {
    if (lives.isEmpty()) {
      return removeOrMove(space, id).compose(done -> Future.failedFuture(SessionSpace.unknown()));
    }
    if (outcome.result() == Result.TAKEN) {
      StoredPlayback now = outcome.now();
      Boolean positionOnly = now.playsAs(outcome.before()) ? true : null;
      events.accept(
          new PlaybackChanged(space.name(), id, now.userOrNull(), positionOnly, now.answer(id)));
    }
    return Future.succeededFuture();
  }

  /** Removes the playback of an ended session. */
  public Future<Void> sessionEnded(String space, String id) {
    return sessionEnded(spaces.of(space), id).mapEmpty();
  }

  private Future<Optional<StoredPlayback>> sessionEnded(PlaybackSpace space, String id) {
    positions.forget(new Who(space.name(), id));
    return space
        .playbacks()
        .remove(id)
        .compose(
            played ->
                space
                    .leases()
                    .notDue(id)
                    .compose(
                        done ->
                            played.isPresent()
                                ? reconciler.removeListeners(
                                    space, id, ListenerState.of(played.get()))
                                : Future.succeededFuture())
                    .map(played));
  }

  /**
   * Moves playback to a session's new id. The old playback is removed last, so that the move can be
   * repeated with the same result, concurrently or after its node died.
   */
  public Future<Void> moved(String space, String id, String fresh) {
    return moved(spaces.of(space), id, fresh);
  }

  private Future<Void> moved(PlaybackSpace space, String id, String fresh) {
    return space
        .playbacks()
        .resume(id, fresh, positions.reported(new Who(space.name(), id)))
        .compose(
            playing ->
                playing.isEmpty()
                    ? Future.succeededFuture()
                    : replaced(space, id, fresh, ListenerState.of(playing.get())))
        .compose(done -> sessionEnded(space, id))
        .mapEmpty();
  }

  private Future<Void> replaced(PlaybackSpace space, String id, String fresh, ListenerState now) {
    if (now.podcast().isEmpty()) {
      return Future.succeededFuture();
    }
    Listener listener = now.listener(fresh);
    return space
        .audience()
        .replace(now.podcast(), id, listener)
        .compose(
            done ->
                now.user().isEmpty()
                    ? Future.succeededFuture()
                    : space.streams().replace(id, listener))
        .compose(done -> reconciler.confirm(space, fresh, now));
  }

  /**
   * Removes the playback of an ended session, or moves it to the id under which the session
   * continues.
   */
  public Future<Void> removeOrMove(String space, String id) {
    return removeOrMove(spaces.of(space), id);
  }

  private Future<Void> removeOrMove(PlaybackSpace space, String id) {
    return space
        .sessions()
        .store()
        .movedTo(id)
        .compose(
            fresh ->
                fresh.isEmpty()
                    ? sessionEnded(space, id).mapEmpty()
                    : moved(space, id, fresh.get())
                        .compose(moved -> reconciler.follow(space, fresh.get()))
                        .compose(
                            lives ->
                                lives.isPresent()
                                    ? Future.<Void>succeededFuture()
                                    : removeOrMove(space, fresh.get())));
  }
}
