package io.aetherkeep.session.reports;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.ListenerAsks.ListenersChanged;
import io.aetherkeep.catalogue.PlaybackAsks.PresenceOffline;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.SpaceSweep;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.playback.PlaybackStore.LeaseCheck;
import io.aetherkeep.session.playback.PlaybackStore.Outcome;
import io.aetherkeep.session.playback.PlaybackStore.Result;
import io.aetherkeep.session.playback.StoredPlayback;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Sweeper of expired playback leases: stops the playback of sessions whose lease expired, and
 * recounts and announces their podcasts' listeners. Nodes share the work by claims, so that each
 * expiry is announced once and a dead node's work is taken over.
 */
public final class LeaseExpiry {

  private final PerSpace<PlaybackSpace> spaces;
  private final PlaybackEffects effects;
  private final Consumer<Event> events;
  private final SpaceSweep<PlaybackSpace> sweep =
      new SpaceSweep<>("Playback leases", PlaybackSpace::name, this::sweep);

  public LeaseExpiry(
      PerSpace<PlaybackSpace> spaces, PlaybackEffects effects, Consumer<Event> events) {
    this.spaces = spaces;
    this.effects = effects;
    this.events = events;
  }

  /** Sweeps all spaces once, unless a sweep is running. */
  public Future<Void> sweep() {
    return sweep.run(spaces.all());
  }

  private Future<?> sweep(PlaybackSpace space) {
    return Future.join(
        space.leases().work((id, now) -> expire(space, id, now)),
        space.audience().work((podcast, now) -> recount(space, podcast)));
  }

  private Future<Long> expire(PlaybackSpace space, String id, long now) {
    long asked = effects.moment();
    return space
        .playbacks()
        .expire(id)
        .onSuccess(check -> check.before().ifPresent(before -> offline(space, id, before)))
        .compose(
            check ->
                stopped(check)
                    .map(
                        outcome ->
                            effects
                                .changed(space, id, outcome, asked)
                                .map(-1L)
                                .recover(LeaseExpiry::ignoreEnded))
                    .orElseGet(
                        () ->
                            Future.succeededFuture(
                                check.leftMillis() == 0 ? -1 : now + check.leftMillis())));
  }

  /**
   * The playback that the check stopped; also one that an earlier check stopped, whose node may
   * have died before the effects.
   */
  private static Optional<Outcome> stopped(LeaseCheck check) {
    return check
        .stopped()
        .or(
            () ->
                check
                    .before()
                    .filter(before -> before.lapsedAt() != 0)
                    .map(before -> new Outcome(Result.TAKEN, before, before.played())));
  }

  private void offline(PlaybackSpace space, String id, StoredPlayback before) {
    events.accept(
        new PresenceOffline(space.name(), id, before.userOrNull(), before.podcastOrNull()));
  }

  /** Ignores a session that has ended too, whose playback is removed already. */
  private static Future<Long> ignoreEnded(Throwable thrown) {
    return Failure.from(thrown).code() == Code.SESSION_UNKNOWN
        ? Future.succeededFuture(-1L)
        : Future.failedFuture(thrown);
  }

  private Future<Long> recount(PlaybackSpace space, String podcast) {
    return space
        .audience()
        .recount(podcast)
        .map(
            recount -> {
              if (recount.announce()) {
                events.accept(
                    new ListenersChanged(
                        space.name(), podcast, recount.listeners(), recount.users()));
              }
              return recount.next();
            });
  }
}
