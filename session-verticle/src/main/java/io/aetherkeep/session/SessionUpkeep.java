package io.aetherkeep.session;

import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.keyspace.LastKnown;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.subscription.RedisSubscriptions.Listener;
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

/**
 * Upkeep of a node's sessions, on one of its event loops: sweeps of what has expired, writes of
 * positions, and what Redis says of sessions that end or expire.
 */
final class SessionUpkeep {

  private final Vertx vertx;
  private final RedisAccess redis;
  private final SessionSettings settings;
  private final SharedSessions shared;
  private final Context loop;
  private final List<EndedWatch> watches = new ArrayList<>();

  SessionUpkeep(Vertx vertx, RedisAccess redis, SessionSettings settings, SharedSessions shared) {
    this.vertx = vertx;
    this.redis = redis;
    this.settings = settings;
    this.shared = shared;
    this.loop = vertx.getOrCreateContext();
  }

  /** Starts, unless another instance of the node has: nodes share the work by claiming it. */
  void start(
      PerSpace<SessionSpace> spaces, Sweeper sweeper, LeaseExpiry leases, PositionWriter writer) {
    if (shared.swept().getAndSet(true)) {
      return;
    }
    vertx.setPeriodic(settings.sweepEvery().toMillis(), id -> sweeper.sweep());
    vertx.setPeriodic(settings.sweepEvery().toMillis(), id -> leases.sweep());
    vertx.setPeriodic(settings.positionsEvery().toMillis(), id -> writer.write());
    forgetEnded();
    hearExpiries(spaces, sweeper);
    watchEnded(spaces);
  }

  void after(Duration pause, Runnable then) {
    vertx.setTimer(pause.toMillis(), id -> then.run());
  }

  /** Hears which sessions other nodes end. While it cannot, nothing from before is trusted. */
  private void forgetEnded() {
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
   * Has what comes back of ended sessions removed at once, on every space's Redis that can tell.
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
                  loop.runOnContext(there -> watch.ended(id.toString()));
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

  /** Passes on what Redis says of expired keys, where it does so at all. */
  private void hearExpiries(PerSpace<SessionSpace> spaces, Sweeper sweeper) {
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
    return Future.join(watches.stream().map(EndedWatch::close).toList());
  }
}
