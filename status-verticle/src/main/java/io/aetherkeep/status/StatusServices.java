package io.aetherkeep.status;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.status.lifecycle.Cancels;
import io.aetherkeep.status.lifecycle.FeedResume;
import io.aetherkeep.status.lifecycle.Listings;
import io.aetherkeep.status.lifecycle.StallSweep;
import io.aetherkeep.status.lifecycle.StatusSpace;
import io.aetherkeep.status.lifecycle.StatusSpaces;
import io.aetherkeep.status.lifecycle.Statuses;
import io.aetherkeep.status.settings.StatusSettings;
import io.vertx.core.Vertx;
import java.util.function.Function;

/** Services behind one status verticle, wired to the Redis connections of its event loop. */
final class StatusServices {

  final Statuses statuses;
  final FeedResume follows;
  final Cancels cancels;
  final Listings listings;

  StatusServices(
      Vertx vertx,
      Bus bus,
      RedisAccess redis,
      StatusSettings settings,
      Function<Space, RedisClock> clocks,
      SharedStatuses shared) {
    PerSpace<StatusSpace> spaces = StatusSpaces.of(redis, settings, clocks, shared.recent(), bus);
    statuses = new Statuses(spaces, bus::publish);
    follows = new FeedResume(spaces);
    cancels = new Cancels(spaces, statuses, bus::publish);
    listings = new Listings(spaces, settings.stalledAfter());
    // One instance subscribes and sweeps for its node; nodes share the sweep by leases.
    if (!shared.subscribed().getAndSet(true)) {
      StatusSpaces.listen(redis, bus);
      StatusSpaces.listenToCelery(redis, settings, spaces, vertx.getOrCreateContext());
      StallSweep stalls = new StallSweep(spaces, settings, clocks, bus::publish);
      vertx.setPeriodic(settings.sweepEvery().toMillis(), id -> stalls.sweep());
    }
  }
}
