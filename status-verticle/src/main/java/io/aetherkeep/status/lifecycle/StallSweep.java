package io.aetherkeep.status.lifecycle;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.StatusAsks.StatusStalled;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.SpaceSweep;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.status.store.Attempt;
import io.aetherkeep.status.store.Observation;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Stall detection. It leases due entries of the index in small batches, so that one node announces
 * each stall, and others take over the entries of a crashed node.
 */
public final class StallSweep {

  private final PerSpace<StatusSpace> spaces;
  private final long stalledAfter;
  private final Function<Space, RedisClock> clocks;
  private final Consumer<Event> events;
  private final SpaceSweep<StatusSpace> sweep =
      new SpaceSweep<>("Statuses", space -> space.definition().name(), this::sweep);

  public StallSweep(
      PerSpace<StatusSpace> spaces,
      StatusSettings settings,
      Function<Space, RedisClock> clocks,
      Consumer<Event> events) {
    this.spaces = spaces;
    this.stalledAfter = settings.stalledAfter().toMillis();
    this.clocks = clocks;
    this.events = events;
  }

  /** Sweeps all spaces once, unless a sweep is running. */
  public Future<Void> sweep() {
    return sweep.run(spaces.all());
  }

  private Future<?> sweep(StatusSpace space) {
    return Future.join(StatusKind.ALL.stream().map(kind -> sweep(space, kind)).toList());
  }

  private Future<Void> sweep(StatusSpace space, StatusKind kind) {
    return space
        .store()
        .work(
            kind,
            (id, now) ->
                space
                    .observations()
                    .observe(kind, id)
                    .compose(observation -> next(space, kind, id, observation)));
  }

  /** When the entry is due again, or never. */
  private Future<Long> next(
      StatusSpace space, StatusKind kind, String id, Observation observation) {
    Attempt run = observation.run();
    if (observation.document() == null || run == null || run.isFinal()) {
      return Future.succeededFuture(RedisDueList.NEVER);
    }
    long now = clocks.apply(space.definition()).millis();
    if (run.beat() + stalledAfter > now) {
      return Future.succeededFuture(run.beat() + stalledAfter);
    }
    long afterItsEnd =
        now + (observation.ttlMillis() < 0 ? stalledAfter : observation.ttlMillis() + 1);
    if (run.isStallPublished()) {
      return Future.succeededFuture(afterItsEnd);
    }
    events.accept(
        new StatusStalled(
            space.definition().name(),
            kind.text(),
            id,
            run.attempt(),
            Instant.ofEpochMilli(run.beat()).toString()));
    return space.store().markAnnounced(kind, id, run.offset()).map(afterItsEnd);
  }
}
