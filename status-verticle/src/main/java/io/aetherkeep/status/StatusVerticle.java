package io.aetherkeep.status;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.StatusAsks;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.status.lifecycle.Cancels;
import io.aetherkeep.status.lifecycle.Follows;
import io.aetherkeep.status.lifecycle.LastKnownStatuses;
import io.aetherkeep.status.lifecycle.Listings;
import io.aetherkeep.status.lifecycle.Stalls;
import io.aetherkeep.status.lifecycle.StatusSpace;
import io.aetherkeep.status.lifecycle.StatusSpaces;
import io.aetherkeep.status.lifecycle.Statuses;
import io.aetherkeep.status.settings.StatusSettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Verticle of the statuses; every instance serves all spaces on its own event loop. */
public final class StatusVerticle extends VerticleBase {

  private final Bus bus;
  private final RedisAccess redis;
  private final StatusSettings settings;
  private final Function<Space, RedisClock> clocks;
  private final AtomicBoolean subscribed;
  private final Map<String, LastKnownStatuses> recent;

  private StatusVerticle(
      Bus bus,
      RedisAccess redis,
      StatusSettings settings,
      Function<Space, RedisClock> clocks,
      AtomicBoolean subscribed,
      Map<String, LastKnownStatuses> recent) {
    this.bus = bus;
    this.redis = redis;
    this.settings = settings;
    this.clocks = clocks;
    this.subscribed = subscribed;
    this.recent = recent;
  }

  /**
   * Creates the instances of one node. One of them subscribes to Redis and sweeps for stalled work.
   */
  public static Supplier<StatusVerticle> instances(
      Bus bus, RedisAccess redis, StatusSettings settings) {
    return instances(bus, redis, settings, redis::clock);
  }

  /** Creates the same with another clock than Redis's; for tests, which move it. */
  static Supplier<StatusVerticle> instances(
      Bus bus, RedisAccess redis, StatusSettings settings, InstantSource clock) {
    return instances(bus, redis, settings, space -> RedisClock.by(clock));
  }

  private static Supplier<StatusVerticle> instances(
      Bus bus, RedisAccess redis, StatusSettings settings, Function<Space, RedisClock> clocks) {
    AtomicBoolean subscribed = new AtomicBoolean();
    Map<String, LastKnownStatuses> recent =
        redis.spaces().stream()
            .collect(Collectors.toMap(Space::name, space -> new LastKnownStatuses()));
    return () -> new StatusVerticle(bus, redis, settings, clocks, subscribed, recent);
  }

  @Override
  public Future<?> start() {
    PerSpace<StatusSpace> spaces = StatusSpaces.of(redis, settings, clocks, recent, bus);
    Statuses statuses = new Statuses(spaces, bus::publish);
    Follows follows = new Follows(spaces);
    Cancels cancels = new Cancels(spaces, statuses, bus::publish);
    Listings listings = new Listings(spaces, settings.stalledAfter());
    once(spaces);
    return Future.all(
        List.of(
            bus.answer(StatusAsks.ReadStatus.class, statuses::read),
            bus.answer(StatusAsks.PutStatus.class, statuses::put),
            bus.answer(StatusAsks.CancelStatus.class, cancels::cancel),
            bus.answer(StatusAsks.ReadStatuses.class, statuses::readMany),
            bus.answer(StatusAsks.FollowStatus.class, follows::follow),
            bus.answer(StatusAsks.ListStatuses.class, listings::list)));
  }

  /** Starts what one instance does for its node: nodes share the sweep by leases. */
  private void once(PerSpace<StatusSpace> spaces) {
    if (!subscribed.getAndSet(true)) {
      StatusSpaces.listen(redis, bus);
      StatusSpaces.listenToCelery(redis, settings, spaces, vertx.getOrCreateContext());
      Stalls stalls = new Stalls(spaces, settings, clocks, bus::publish);
      vertx.setPeriodic(settings.sweepEvery().toMillis(), id -> stalls.sweep());
    }
  }
}
