package io.aetherkeep.session;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackChanged;
import io.aetherkeep.session.PlaybackStore.Listener;
import io.aetherkeep.session.PlaybackStore.Outcome;
import io.aetherkeep.session.PlaybackStore.Result;
import io.aetherkeep.session.Positions.Who;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What follows from what a session plays: who listens, what its document says, who is told. */
final class Listening {

  /** So often others may report at the same time. */
  private static final int MOST_ATTEMPTS = 50;

  private final Positions positions;
  private final ActiveStreams active;
  private final InstantSource clock;
  private final Consumer<Event> events;

  Listening(
      Positions positions, ActiveStreams active, InstantSource clock, Consumer<Event> events) {
    this.positions = positions;
    this.active = active;
    this.clock = clock;
    this.events = events;
  }

  /** A session plays something else now, or in another way. */
  Future<Void> changed(Room room, String id, Outcome outcome) {
    Playing now = outcome.now();
    Playing before = outcome.before();
    Who who = new Who(room.name(), id);
    positions.learn(who, now, clock.millis());
    if (now.isHeard()) {
      positions.leased(who, clock.millis());
    }
    Future<Void> followed = heard(room, id, Heard.of(before), Heard.of(now), MOST_ATTEMPTS);
    return outcome.result() == Result.TAKEN
        ? followed.compose(done -> told(room, id, now))
        : followed;
  }

  /** Who hears what; nothing where the podcast is empty. */
  private record Heard(String podcast, String user) {

    static Heard of(Playing playing) {
      return playing.isHeard() ? new Heard(playing.podcast(), playing.user()) : new Heard("", "");
    }

    Listener listener(String session) {
      return new Listener(session, user);
    }
  }

  /** Of several reports at once each looks again; the last one leaves it as the playback is. */
  private Future<Void> heard(Room room, String id, Heard before, Heard now, int attempts) {
    List<Future<?>> all = new ArrayList<>();
    if (!before.equals(now) && !before.podcast.isEmpty()) {
      all.add(room.audience().leave(before.podcast, before.listener(id)));
      if (!before.user.equals(now.user)) {
        all.add(released(room, id, before.user));
      }
    }
    if (!now.podcast.isEmpty()) {
      all.add(entered(room, now.podcast, now.listener(id)));
    }
    return Future.all(all).compose(done -> asPlayed(room, id, now, attempts));
  }

  private Future<Void> asPlayed(Room room, String id, Heard now, int attempts) {
    return room.playbacks()
        .look(id)
        .compose(
            playing -> {
              Heard present = Heard.of(playing);
              return present.equals(now) || attempts == 0
                  ? Future.succeededFuture()
                  : heard(room, id, now, present, attempts - 1);
            });
  }

  private static Future<?> entered(Room room, String podcast, Listener listener) {
    Future<Void> listens = room.audience().enter(podcast, List.of(listener));
    return listener.user().isEmpty()
        ? listens
        : Future.all(listens, room.streams().hold(List.of(listener)));
  }

  private static Future<Void> released(Room room, String id, String user) {
    return user.isEmpty() ? Future.succeededFuture() : room.streams().release(user, id);
  }

  /** A session that was ended while it reported gets nothing back by that. */
  private Future<Void> told(Room room, String id, Playing now) {
    return active
        .follow(room, id)
        .compose(
            lives -> {
              if (!lives) {
                return gone(room, id).compose(gone -> Future.failedFuture(Sessions.unknown()));
              }
              events.accept(new PlaybackChanged(room.name(), id, now.answer(id)));
              return Future.succeededFuture();
            });
  }

  private Future<?> left(Room room, String id, Playing before) {
    return Future.all(
        room.audience().leave(before.podcast(), new Listener(id, before.user())),
        released(room, id, before.user()));
  }

  /** A session is over, and what it played with it. */
  Future<Optional<Playing>> over(Room room, String id) {
    positions.forget(new Who(room.name(), id));
    return room.playbacks()
        .over(id)
        .compose(
            played ->
                room.playbacks()
                    .notDue(id)
                    .compose(
                        done ->
                            played.isPresent() && played.get().isHeard()
                                ? left(room, id, played.get())
                                : Future.succeededFuture())
                    .map(played));
  }

  /**
   * A session has gone on under another id, and with it what it played. The old playback is removed
   * last: whoever repeats this after a node has died in it, or meanwhile, leaves the same.
   */
  Future<Void> moved(Room room, String id, String fresh) {
    return room.playbacks()
        .resume(id, fresh, positions.reported(new Who(room.name(), id)))
        .compose(
            playing ->
                playing.isEmpty()
                    ? Future.succeededFuture()
                    : replaced(room, id, fresh, Heard.of(playing.get())))
        .compose(done -> over(room, id))
        .mapEmpty();
  }

  private Future<Void> replaced(Room room, String id, String fresh, Heard now) {
    if (now.podcast.isEmpty()) {
      return Future.succeededFuture();
    }
    Listener listener = now.listener(fresh);
    return room.audience()
        .replace(now.podcast, id, listener)
        .compose(
            done ->
                now.user.isEmpty()
                    ? Future.succeededFuture()
                    : room.streams().replace(id, listener))
        .compose(done -> asPlayed(room, fresh, now, MOST_ATTEMPTS));
  }

  /** What was reported of a session that is over by now goes with it, or where it has gone on. */
  Future<Void> gone(Room room, String id) {
    return room.store()
        .movedTo(id)
        .compose(
            fresh ->
                fresh.isEmpty()
                    ? over(room, id).mapEmpty()
                    : moved(room, id, fresh.get())
                        .compose(moved -> active.follow(room, fresh.get()))
                        .compose(
                            lives ->
                                lives ? Future.<Void>succeededFuture() : gone(room, fresh.get())));
  }
}
