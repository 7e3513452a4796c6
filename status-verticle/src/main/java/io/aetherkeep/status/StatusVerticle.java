package io.aetherkeep.status;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.CancelAsks;
import io.aetherkeep.catalogue.StatusAsks;
import io.aetherkeep.catalogue.StatusListAsks;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.status.settings.StatusSettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Verticle of the statuses; every instance serves all spaces on its own event loop. */
public final class StatusVerticle extends VerticleBase {

  private final Bus bus;
  private final Function<Vertx, StatusServices> wiring;

  private StatusVerticle(Bus bus, Function<Vertx, StatusServices> wiring) {
    this.bus = bus;
    this.wiring = wiring;
  }

  /**
   * Creates the instances of one node. One of them subscribes to Redis and sweeps for stalled work.
   */
  public static Supplier<StatusVerticle> instances(
      Bus bus, RedisAccess redis, StatusSettings settings) {
    return instances(bus, redis, settings, redis::clock);
  }

  /** Creates instances with the given clock instead of Redis's, for tests. */
  static Supplier<StatusVerticle> instances(
      Bus bus, RedisAccess redis, StatusSettings settings, InstantSource clock) {
    return instances(bus, redis, settings, space -> RedisClock.by(clock));
  }

  private static Supplier<StatusVerticle> instances(
      Bus bus, RedisAccess redis, StatusSettings settings, Function<Space, RedisClock> clocks) {
    SharedStatuses shared = SharedStatuses.of(redis);
    return () ->
        new StatusVerticle(
            bus, vertx -> new StatusServices(vertx, bus, redis, settings, clocks, shared));
  }

  @Override
  public Future<?> start() {
    StatusServices of = wiring.apply(vertx);
    return Future.all(
        List.of(
            bus.answer(StatusAsks.ReadStatus.class, of.statuses::read),
            bus.answer(StatusAsks.PutStatus.class, of.statuses::put),
            bus.answer(CancelAsks.CancelStatus.class, of.cancels::cancel),
            bus.answer(StatusListAsks.ReadStatuses.class, of.statuses::readMany),
            bus.answer(StatusAsks.FollowStatus.class, of.follows::follow),
            bus.answer(StatusListAsks.ListStatuses.class, of.listings::list),
            bus.answer(StatusListAsks.ListChildren.class, of.listings::children)));
  }
}
