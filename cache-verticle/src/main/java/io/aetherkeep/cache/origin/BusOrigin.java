package io.aetherkeep.cache.origin;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.OriginAsks.LoadFromOrigin;
import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Origin that is a verticle on the bus, at {@code aetherkeep.origin.<keyspace>}. */
record BusOrigin(Bus bus, String space, String keyspace, Supplier<Duration> deadline)
    implements Origin {

  @Override
  public Future<Loaded> load(List<String> ids) {
    return bus.askByName(
            "origin." + keyspace,
            new LoadFromOrigin(space, keyspace, ids),
            Loaded.class,
            deadline.get())
        .recover(BusOrigin::unlessUnknown);
  }

  private static Future<Loaded> unlessUnknown(Throwable thrown) {
    return Failure.from(thrown).code() == Code.ENTRY_UNKNOWN
        ? Future.succeededFuture(Loaded.NOTHING)
        : Future.failedFuture(thrown);
  }
}
