package io.aetherkeep.session.reports;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackChanged;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.playback.PlaybackStore.Listener;
import io.aetherkeep.session.playback.PlaybackStore.Outcome;
import io.aetherkeep.session.playback.PlaybackStore.Result;
import io.aetherkeep.session.playback.StoredPlayback;
import io.aetherkeep.session.reports.Positions.Who;
import io.aetherkeep.session.space.SessionSpace;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What follows from what a session plays: who listens, what its document says, who is told. */
public final class PlaybackEffects {

  /** So often others may report at the same time. */
  private static final int MOST_ATTEMPTS = 50;

  private final PerSpace<PlaybackSpace> spaces;
  private final Positions positions;
  private final ActiveStreams active;
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
    this.clock = clock;
    this.events = events;
  }

  /** A session plays something else now, or in another way. */
  Future<Void> changed(PlaybackSpace space, String id, Outcome outcome) {
    StoredPlayback now = outcome.now();
    StoredPlayback before = outcome.before();
    Who who = new Who(space.name(), id);
    positions.learn(who, now, clock.millis());
    if (now.isHeard()) {
      positions.leased(who, clock.millis());
    }
    Future<Void> followed = heard(space, id, Heard.of(before), Heard.of(now), MOST_ATTEMPTS);
    return outcome.result() == Result.TAKEN
        ? followed.compose(done -> announce(space, id, now))
        : followed;
  }

  /** Who hears what; nothing where the podcast is empty. */
  private record Heard(String podcast, String user) {

    static Heard of(StoredPlayback playing) {
      return playing.isHeard() ? new Heard(playing.podcast(), playing.user()) : new Heard("", "");
    }

    Listener listener(String session) {
      return new Listener(session, user);
    }
  }

  /** Of several reports at once each looks again; the last one leaves it as the playback is. */
  private Future<Void> heard(
      PlaybackSpace space, String id, Heard before, Heard now, int attempts) {
    List<Future<?>> all = new ArrayList<>();
    if (!before.equals(now) && !before.podcast.isEmpty()) {
      all.add(space.audience().leave(before.podcast, before.listener(id)));
      if (!before.user.equals(now.user)) {
        all.add(release(space, id, before.user));
      }
    }
    if (!now.podcast.isEmpty()) {
      all.add(enter(space, now.podcast, now.listener(id)));
    }
    return Future.all(all).compose(done -> asPlayed(space, id, now, attempts));
  }

  private Future<Void> asPlayed(PlaybackSpace space, String id, Heard now, int attempts) {
    return space
        .playbacks()
        .peek(id)
        .compose(
            playing -> {
              Heard present = Heard.of(playing);
              return present.equals(now) || attempts == 0
                  ? Future.succeededFuture()
                  : heard(space, id, now, present, attempts - 1);
            });
  }

  /** Makes sure that a session listens to no more than it plays, whose playback was read before. */
  Future<Void> confirm(PlaybackSpace space, String id, StoredPlayback seen) {
    return asPlayed(space, id, Heard.of(seen), MOST_ATTEMPTS);
  }

  private static Future<?> enter(PlaybackSpace space, String podcast, Listener listener) {
    Future<Boolean> listens = space.audience().enter(podcast, List.of(listener));
    return listener.user().isEmpty()
        ? listens
        : Future.all(listens, space.streams().hold(List.of(listener)));
  }

  private static Future<Void> release(PlaybackSpace space, String id, String user) {
    return user.isEmpty() ? Future.succeededFuture() : space.streams().release(user, id);
  }

  /** A session that was ended while it reported gets nothing back by that. */
  private Future<Void> announce(PlaybackSpace space, String id, StoredPlayback now) {
    return active
        .follow(space, id)
        .compose(
            lives -> {
              if (!lives) {
                return gone(space, id).compose(gone -> Future.failedFuture(SessionSpace.unknown()));
              }
              events.accept(new PlaybackChanged(space.name(), id, now.answer(id)));
              return Future.succeededFuture();
            });
  }

  private Future<?> left(PlaybackSpace space, String id, StoredPlayback before) {
    return Future.all(
        space.audience().leave(before.podcast(), new Listener(id, before.user())),
        release(space, id, before.user()));
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
                            played.isPresent() && played.get().isHeard()
                                ? left(space, id, played.get())
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
                    : replaced(space, id, fresh, Heard.of(playing.get())))
        .compose(done -> over(space, id))
        .mapEmpty();
  }

  private Future<Void> replaced(PlaybackSpace space, String id, String fresh, Heard now) {
    if (now.podcast.isEmpty()) {
      return Future.succeededFuture();
    }
    Listener listener = now.listener(fresh);
    return space
        .audience()
        .replace(now.podcast, id, listener)
        .compose(
            done ->
                now.user.isEmpty()
                    ? Future.succeededFuture()
                    : space.streams().replace(id, listener))
        .compose(done -> asPlayed(space, fresh, now, MOST_ATTEMPTS));
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
                        .compose(moved -> active.follow(space, fresh.get()))
                        .compose(
                            lives ->
                                lives ? Future.<Void>succeededFuture() : gone(space, fresh.get())));
  }
}
