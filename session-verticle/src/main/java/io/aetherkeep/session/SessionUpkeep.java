package io.aetherkeep.session;

import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.collection.LastKnown;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.subscription.RedisSubscriptions.Listener;
import io.aetherkeep.redis.subscription.RedisTracking;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.lifecycle.EndedWatch;
import io.aetherkeep.session.lifecycle.Sweeper;
import io.aetherkeep.session.reports.LeaseExpiry;
import io.aetherkeep.session.reports.PositionWriter;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.space.SessionSpace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Background work on a node's sessions, on one of its event loops: sweeps of expired sessions and
 * leases, writes of playback positions, and subscriptions to sessions that end or expire.
 */
final class SessionUpkeep {

  private final Vertx vertx;
  private final RedisAccess redis;
  private final SessionSettings settings;
  private final SharedSessions shared;
  private final Context loop;
  private final List<EndedWatch> watches = new ArrayList<>();
  private final List<RedisTracking> trackings = new ArrayList<>();

  SessionUpkeep(Vertx vertx, RedisAccess redis, SessionSettings settings, SharedSessions shared) {
    this.vertx = vertx;
    this.redis = redis;
    this.settings = settings;
    this.shared = shared;
    this.loop = vertx.getOrCreateContext();
  }

  /**
   * Starts the work, unless another instance of this node has started it. Nodes divide it by claims
   * on due entries.
   */
  void start(
      PerSpace<SessionSpace> spaces, Sweeper sweeper, LeaseExpiry leases, PositionWriter writer) {
    if (shared.swept().getAndSet(true)) {
      return;
    }
    vertx.setPeriodic(settings.sweepEvery().toMillis(), id -> sweeper.sweep());
    vertx.setPeriodic(settings.sweepEvery().toMillis(), id -> leases.sweep());
    vertx.setPeriodic(settings.positionsEvery().toMillis(), id -> writer.write());
    trackCopies(spaces);
    subscribeToEnds();
    subscribeToExpiries(spaces, sweeper);
    watchEnded(spaces);
  }

  void after(Duration pause, Runnable then) {
    vertx.setTimer(pause.toMillis(), id -> then.run());
  }

  /** Opens client tracking of sessions in spaces that have near copies. */
  private void trackCopies(PerSpace<SessionSpace> spaces) {
    for (SessionSpace space : spaces.all()) {
      if (space.near().isOn()) {
        RedisTracking tracking =
            redis.tracking(
                space.definition(),
                List.of(new RedisSessionKeys(space.definition()).beginning()),
                space.near());
        tracking.open();
        trackings.add(tracking);
      }
    }
  }

  /**
   * Drops ended sessions from memory; all sessions when the subscription was lost, because ends may
   * have been missed.
   */
  private void subscribeToEnds() {
    for (Space space : redis.spaces()) {
      LastKnown<Session> known = shared.memory().of(space.name());
      redis
          .subscriptions(space)
          .subscribe(
              new RedisSessionKeys(space).ends(redis.database(space)),
              new Listener() {
                @Override
                public void message(Buffer id) {
                  known.forget(id.toString());
                }

                @Override
                public void missed() {
                  known.clear();
                }
              });
    }
  }

  /**
   * Removes ended sessions that a late writer brings back, on every Redis that supports tracking.
   */
  private void watchEnded(PerSpace<SessionSpace> spaces) {
    for (Space space : redis.spaces()) {
      EndedWatch watch = new EndedWatch(spaces.of(space.name()), this::after);
      watch.open(redis.watching(space, watch));
      redis
          .subscriptions(space)
          .subscribe(
              new RedisSessionKeys(space).ends(redis.database(space)),
              new Listener() {
                @Override
                public void message(Buffer id) {
                  watch.ended(id.toString(), then -> loop.runOnContext(there -> then.run()));
                }

                @Override
                public void missed() {
                  loop.runOnContext(there -> watch.missed());
                }
              })
          .onSuccess(heard -> loop.runOnContext(there -> watch.missed()));
      watches.add(watch);
    }
  }

  /** Forwards Redis's expiry events to the sweeper, where keyspace notifications are enabled. */
  private void subscribeToExpiries(PerSpace<SessionSpace> spaces, Sweeper sweeper) {
    for (Space space : redis.spaces()) {
      RedisSessionKeys keys = new RedisSessionKeys(space);
      SessionSpace sessions = spaces.of(space.name());
      redis
          .subscriptions(space)
          .subscribe(
              "__keyevent@" + redis.database(space) + "__:expired",
              key ->
                  keys.idOf(key.toString())
                      .ifPresent(id -> loop.runOnContext(there -> sweeper.hint(sessions, id))));
    }
  }

  Future<?> close() {
    return Future.join(
        Stream.concat(
                watches.stream().map(EndedWatch::close),
                trackings.stream().map(RedisTracking::close))
            .toList());
  }
}
