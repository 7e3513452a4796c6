package io.aetherkeep.session.lifecycle;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.SpaceSweep;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.session.history.HistoryFlush;
import io.aetherkeep.session.reports.PlaybackEffects;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.SessionIndex.Due;
import io.aetherkeep.session.store.SessionIndex.Guarded;
import io.aetherkeep.session.store.SessionIndex.Remains;
import io.vertx.core.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Sweeper of sessions: expires them, guards ended ones against late writers, resumes searches of
 * log-outs and flushes histories. Nodes share the work by claims, so that each expiry is announced
 * once and a dead node's work is taken over.
 */
public final class Sweeper {

  /** First interval between two checks of an ended session, doubled each time. */
  private static final long GUARD_MILLIS = 2000;

  /**
   * Interval after which a session that came back is checked again: its writer may write again, or
   * write its history next.
   */
  private static final long AGAIN_MILLIS = 1000;

  private final PerSpace<SessionSpace> spaces;
  private final Rotation rotation;
  private final HistoryFlush flush;
  private final ForeignSearch foreign;
  private final PlaybackEffects effects;
  private final Consumer<Event> events;
  private final SpaceSweep<SessionSpace> sweep =
      new SpaceSweep<>("Sessions", SessionSpace::name, this::sweep);

  public Sweeper(
      PerSpace<SessionSpace> spaces,
      Rotation rotation,
      HistoryFlush flush,
      ForeignSearch foreign,
      PlaybackEffects effects,
      Consumer<Event> events) {
    this.spaces = spaces;
    this.rotation = rotation;
    this.flush = flush;
    this.foreign = foreign;
    this.effects = effects;
    this.events = events;
  }

  /** Sweeps all spaces once, unless a sweep is running. */
  public Future<Void> sweep() {
    return sweep.run(spaces.all());
  }

  private Future<?> sweep(SessionSpace space) {
    return Future.join(
        Stream.of(Due.values())
            .map(
                due ->
                    space
                        .index()
                        .work(
                            due,
                            (id, now) ->
                                next(space, due, id)
                                    .map(in -> in < 0 ? RedisDueList.NEVER : now + in)))
            .toList());
  }

  /** Handles a due entry; answers in how many ms it is due again, or -1. */
  private Future<Long> next(SessionSpace space, Due due, String id) {
    return switch (due) {
      case EXPIRED ->
          space.index().clearExpired(id).compose(remains -> afterExpiry(space, id, remains));
      case ENDED -> space.index().guard(id).compose(found -> guarded(space, id, found));
      case SEARCHES -> foreign.resume(space, id);
      case PENDING -> flush.flush(space, id).map(-1L);
    };
  }

  private Future<Long> afterExpiry(SessionSpace space, String id, Remains remains) {
    UserId user = remains.user();
    String owner = user == null ? "" : user.text();
    if (remains.leftMillis() > 0) {
      return remains.from() == null
          ? renew(space, owner, id, remains.leftMillis())
          : rotation.resolve(space, id, remains);
    }
    if (remains.leftMillis() == Remains.OVER) {
      // The announcement is last: if a step before it fails, the retry announces it, once.
      return Future.all(
              space.users().leave(owner, id, remains.number()),
              effects.sessionEnded(space.name(), id))
          .onSuccess(done -> events.accept(new SessionExpired(space.name(), id, user)))
          .map(-1L);
    }
    return Future.succeededFuture(-1L);
  }

  /** Moves the index to the expiry in Redis, which a use or another service has extended. */
  private static Future<Long> renew(SessionSpace space, String owner, String id, long leftMillis) {
    return owner.isEmpty()
        ? Future.succeededFuture(leftMillis)
        : space.users().renew(owner, id, leftMillis).map(leftMillis);
  }

  private Future<Long> guarded(SessionSpace space, String id, Guarded found) {
    return found.leftMillis() > 0
        ? Future.succeededFuture(
            found.removed() ? AGAIN_MILLIS : nextCheck(space, found.leftMillis()))
        : space.index().forget(id).map(-1L);
  }

  /**
   * The next check: rarer the longer ago the session ended, and a last one just before its
   * tombstone expires.
   */
  private long nextCheck(SessionSpace space, long leftMillis) {
    long ago = Math.max(GUARD_MILLIS, space.remembered().toMillis() - leftMillis);
    long last = Math.max(leftMillis - GUARD_MILLIS, 1);
    return leftMillis > GUARD_MILLIS ? Math.min(ago, last) : leftMillis + 1;
  }

  /** Moves up the sweep for a key that Redis reported as expired. */
  public void hint(SessionSpace space, String id) {
    space
        .index()
        .moveDeadline(id)
        .onSuccess(
            due -> {
              if (due) {
                sweep();
              }
            });
  }
}
