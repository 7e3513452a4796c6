package io.aetherkeep.health.node;

import io.aetherkeep.catalogue.HealthAsks.Check;
import io.aetherkeep.catalogue.HealthAsks.Health;
import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.ReadLiveness;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;

/** Heartbeats of this node's event loops, for liveness. */
public final class LoopBeats {

  /** A loop that is blocked for this long will hardly recover. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<String, Long> turns = new ConcurrentSkipListMap<>();
  private final LongSupplier nanos;

  public LoopBeats() {
    this(System::nanoTime);
  }

  /** Creates heartbeats with a clock that tests move. */
  public LoopBeats(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Records a heartbeat of the calling event loop. */
  public void recordBeat() {
    turns.put(Thread.currentThread().getName(), nanos.getAsLong());
  }

  public Future<Health> read(ReadLiveness ask) {
    long now = nanos.getAsLong();
    List<Check> checks =
        turns.entrySet().stream().map(loop -> check(loop.getKey(), now - loop.getValue())).toList();
    return Future.succeededFuture(Health.of(checks));
  }

  private static Check check(String loop, long ago) {
    boolean turns = ago < PATIENCE.toNanos();
    return new Check(
        "event-loop/" + loop,
        turns ? HealthStatus.UP : HealthStatus.DOWN,
        turns ? null : "it last turned " + Duration.ofNanos(ago).toSeconds() + " s ago");
  }
}
