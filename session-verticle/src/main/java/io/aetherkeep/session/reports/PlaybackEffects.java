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

/** What follows from what a session plays: who listens, what its document says, who is told. */
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
   * Reports a change. What is expected to follow from it goes out behind it, in one wave where that
   * runs in its order; where something else came of it, more waves put it right.
   */
  Future<Outcome> report(
      PlaybackSpace space, StoredSession session, StoredPlayback before, Change change) {
    return Played.expected(before, change)
        .filter(expected -> space.playbacks().isInOrder())
        .map(expected -> ahead(space, session, Played.of(before), expected, change))
        .orElseGet(() -> behind(space, session, change));
  }

  /** An index may name one too many: a playback is due before it is stored. */
  private Future<Outcome> ahead(
      PlaybackSpace space, StoredSession session, Played before, Played expected, Change change) {
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

  /** Somebody else may have reported since it was looked at what is played. */
  private Future<Outcome> settled(
      PlaybackSpace space,
      String id,
      Played before,
      Outcome outcome,
      Optional<StoredSession> lives) {
    Played was = Played.of(outcome.before());
    Step again = Step.named(was, Played.of(outcome.now()), lives.orElse(null));
    Future<Optional<StoredSession>> followed =
        was.listensAs(before) ? Future.succeededFuture(lives) : reconciler.follow(space, id, again);
    return followed.compose(now -> used(space, id, outcome, now));
  }

  /** A report whose consequences cannot be told before it is stored: it may be late. */
  private Future<Outcome> behind(PlaybackSpace space, StoredSession session, Change change) {
    return store(space, session.id(), change)
        .compose(
            outcome ->
                switch (outcome.result()) {
                  case EMPTY -> Future.succeededFuture(outcome);
                  case LATE ->
                      followed(space, session, outcome, false)
                          .compose(done -> unchanged(space, session, outcome));
                  case TAKEN ->
                      followed(space, session, outcome, true)
                          .compose(lives -> used(space, session.id(), outcome, lives));
                });
  }

  private Future<Optional<StoredSession>> followed(
      PlaybackSpace space, StoredSession session, Outcome outcome, boolean taken) {
    Played before = Played.of(outcome.before());
    Played now = Played.of(outcome.now());
    Step step = taken ? Step.named(before, now, session) : Step.heard(before, now);
    return reconciler.follow(
        space, session.id(), step, () -> List.of(due(space, session.id(), now)));
  }

  private Future<Outcome> unchanged(PlaybackSpace space, StoredSession session, Outcome outcome) {
    active.used(space, session);
    return Future.succeededFuture(outcome);
  }

  private static Future<Void> due(PlaybackSpace space, String id, Played playing) {
    return playing.active().isEmpty()
        ? Future.succeededFuture()
        : space.playbacks().due(Map.of(id, Leases.LENGTH.toMillis()));
  }

  private Future<Outcome> store(PlaybackSpace space, String id, Change change) {
    return space.playbacks().report(id, change).onSuccess(outcome -> learn(space, id, outcome));
  }

  private void learn(PlaybackSpace space, String id, Outcome outcome) {
    Who who = new Who(space.name(), id);
    if (outcome.result() != Result.EMPTY) {
      positions.learn(who, outcome.now(), clock.millis());
    }
    if (outcome.now().isHeard()) {
      positions.leased(who, clock.millis());
    }
  }

  private Future<Outcome> used(
      PlaybackSpace space, String id, Outcome outcome, Optional<StoredSession> lives) {
    lives.ifPresent(session -> active.used(space, session));
    return announce(space, id, outcome, lives).map(outcome);
  }

  /** A session plays something else now, or in another way. */
  Future<Void> changed(PlaybackSpace space, String id, Outcome outcome) {
    learn(space, id, outcome);
    Step step = Step.named(Played.of(outcome.before()), Played.of(outcome.now()), null);
    return reconciler.follow(space, id, step).compose(lives -> announce(space, id, outcome, lives));
  }

  /** Makes sure that a session listens to no more than it plays, whose playback was read before. */
  Future<Void> confirm(PlaybackSpace space, String id, StoredPlayback seen) {
    return reconciler.confirm(space, id, Played.of(seen));
  }

  /** A session that was ended while it reported gets nothing back by that. */
  private Future<Void> announce(
      PlaybackSpace space, String id, Outcome outcome, Optional<StoredSession> lives) {
    if (lives.isEmpty()) {
      return gone(space, id).compose(gone -> Future.failedFuture(SessionSpace.unknown()));
    }
    if (outcome.result() == Result.TAKEN) {
      events.accept(new PlaybackChanged(space.name(), id, outcome.now().answer(id)));
    }
    return Future.succeededFuture();
  }

  /** A session is over, and what it played with it. */
  public Future<Void> over(String space, String id) {
    return over(spaces.of(space), id).mapEmpty();
  }

  private Future<Optional<StoredPlayback>> over(PlaybackSpace space, String id) {
    positions.forget(new Who(space.name(), id));
    return space
        .playbacks()
        .remove(id)
        .compose(
            played ->
                space
                    .playbacks()
                    .notDue(id)
                    .compose(
                        done ->
                            played.isPresent()
                                ? reconciler.left(space, id, Played.of(played.get()))
                                : Future.succeededFuture())
                    .map(played));
  }

  /**
   * A session has gone on under another id, and with it what it played. The old playback is removed
   * last: whoever repeats this after a node has died in it, or meanwhile, leaves the same.
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
                    : replaced(space, id, fresh, Played.of(playing.get())))
        .compose(done -> over(space, id))
        .mapEmpty();
  }

  private Future<Void> replaced(PlaybackSpace space, String id, String fresh, Played now) {
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

  /** What was reported of a session that is over by now goes with it, or where it has gone on. */
  public Future<Void> gone(String space, String id) {
    return gone(spaces.of(space), id);
  }

  private Future<Void> gone(PlaybackSpace space, String id) {
    return space
        .sessions()
        .store()
        .movedTo(id)
        .compose(
            fresh ->
                fresh.isEmpty()
                    ? over(space, id).mapEmpty()
                    : moved(space, id, fresh.get())
                        .compose(moved -> reconciler.follow(space, fresh.get()))
                        .compose(
                            lives ->
                                lives.isPresent()
                                    ? Future.<Void>succeededFuture()
                                    : gone(space, fresh.get())));
  }
}
