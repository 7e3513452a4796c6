package io.aetherkeep.session.reports;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.ListenersChanged;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.redis.store.RedisDue.Claim;
import io.aetherkeep.session.playback.Audience;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.playback.PlaybackStore;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Sweeper of expired playback leases: stops the playback of sessions whose lease expired, and
 * recounts and announces their podcasts' listeners. Nodes share the work by claims, so that each
 * expiry is announced once and a dead node's work is taken over.
 */
public final class LeaseExpiry {

  private static final System.Logger LOG = System.getLogger(LeaseExpiry.class.getName());

  private static final int BATCH = 100;

  private final PerSpace<PlaybackSpace> spaces;
  private final PlaybackEffects effects;
  private final Consumer<Event> events;
  private boolean sweeping;

  public LeaseExpiry(
      PerSpace<PlaybackSpace> spaces, PlaybackEffects effects, Consumer<Event> events) {
    this.spaces = spaces;
    this.effects = effects;
    this.events = events;
  }

  /** Runs one round over all spaces, unless one is running. */
  public Future<Void> sweep() {
    if (sweeping) {
      return Future.succeededFuture();
    }
    sweeping = true;
    List<Future<Void>> rounds = spaces.all().stream().map(this::sweep).toList();
    return Future.join(rounds).<Void>mapEmpty().onComplete(done -> sweeping = false);
  }

  private Future<Void> sweep(PlaybackSpace space) {
    return Future.join(sessions(space), podcasts(space))
        .<Void>mapEmpty()
        .onFailure(
            thrown ->
                LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> "Sweeping playback leases of " + space.name() + " failed: " + thrown));
  }

  private Future<Void> sessions(PlaybackSpace space) {
    PlaybackStore store = space.playbacks();
    return store
        .claim(BATCH)
        .compose(
            claim ->
                each(
                    space,
                    claim,
                    (in, id) -> expire(in, id, claim.now()),
                    next -> store.settle(claim, next)))
        .compose(some -> some < BATCH ? Future.succeededFuture() : sessions(space));
  }

  private Future<Void> podcasts(PlaybackSpace space) {
    Audience audience = space.audience();
    return audience
        .claim(BATCH)
        .compose(claim -> each(space, claim, this::recount, next -> audience.settle(claim, next)))
        .compose(some -> some < BATCH ? Future.succeededFuture() : podcasts(space));
  }

  /** Handles claimed entries. Those that fail become due again when the claim expires. */
  private static Future<Integer> each(
      PlaybackSpace space,
      Claim claim,
      BiFunction<PlaybackSpace, String, Future<Long>> work,
      Function<Map<String, Long>, Future<Void>> settle) {
    if (claim.ids().isEmpty()) {
      return Future.succeededFuture(0);
    }
    Map<String, Long> next = new HashMap<>();
    List<Future<Long>> all =
        claim.ids().stream()
            .map(id -> work.apply(space, id).onSuccess(at -> next.put(id, at)))
            .toList();
    return Future.join(all)
        .transform(done -> settle.apply(next))
        .map(settled -> claim.ids().size());
  }

  private Future<Long> expire(PlaybackSpace space, String id, long now) {
    return space
        .playbacks()
        .expire(id)
        .compose(
            check ->
                check.stopped().isEmpty()
                    ? Future.succeededFuture(
                        check.leftMillis() == 0 ? -1 : now + check.leftMillis())
                    : effects
                        .changed(space, id, check.stopped().get())
                        .map(-1L)
                        .recover(LeaseExpiry::ignoreEnded));
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
