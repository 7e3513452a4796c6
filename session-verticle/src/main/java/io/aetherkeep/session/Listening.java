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
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What follows from what a session plays: who listens, what its document says, who is told. */
final class Listening {

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
    List<Future<?>> all = new ArrayList<>();
    boolean same = now.podcast().equals(before.podcast()) && now.user().equals(before.user());
    if (before.isHeard() && !(now.isHeard() && same)) {
      all.add(left(room, id, before));
    }
    if (now.isHeard()) {
      positions.leased(who, clock.millis());
      all.add(room.audience().enter(now.podcast(), List.of(new Listener(id, now.user()))));
    }
    Future<Void> followed = Future.all(all).mapEmpty();
    return outcome.result() == Result.TAKEN
        ? followed.compose(done -> told(room, id, now))
        : followed;
  }

  /** A session that was ended while it reported gets nothing back by that. */
  private Future<Void> told(Room room, String id, Playing now) {
    return active
        .follow(room, id)
        .compose(
            lives -> {
              if (!lives) {
                return over(room, id).compose(gone -> Future.failedFuture(Sessions.unknown()));
              }
              events.accept(new PlaybackChanged(room.name(), id, now.answer(id)));
              return Future.succeededFuture();
            });
  }

  private Future<?> left(Room room, String id, Playing before) {
    Future<Void> left = room.audience().leave(before.podcast(), new Listener(id, before.user()));
    return room.policy().streams() > 0 && !before.user().isEmpty()
        ? Future.all(left, room.playbacks().release(before.user(), id))
        : left;
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

  /** A session goes on under another id, and with it what it plays. */
  Future<Void> moved(Room room, String id, String fresh) {
    Playing waiting = positions.waiting(new Who(room.name(), id));
    return over(room, id)
        .compose(
            played ->
                played.isEmpty()
                    ? Future.succeededFuture()
                    : on(room, fresh, played.get(), waiting));
  }

  private Future<Void> on(Room room, String fresh, Playing stored, @Nullable Playing waiting) {
    Playing played = waiting == null ? stored : Positions.newer(waiting, stored);
    Listener listener = new Listener(fresh, played.user());
    return room.playbacks()
        .resume(fresh, played)
        .compose(
            done ->
                played.active().isEmpty()
                    ? Future.succeededFuture()
                    : room.playbacks().due(Map.of(fresh, leaseEnd())))
        .compose(
            done ->
                played.isHeard()
                    ? room.audience().enter(played.podcast(), List.of(listener))
                    : Future.succeededFuture());
  }

  long leaseEnd() {
    return clock.millis() + Leases.LENGTH.toMillis();
  }
}
