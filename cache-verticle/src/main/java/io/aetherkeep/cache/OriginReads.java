package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.CacheAsks.LoadFromOrigin;
import io.aetherkeep.catalogue.CacheAsks.Loaded;
import io.aetherkeep.keyspace.Space;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What systems of record hold, for verticles that keep no cache of it. */
final class OriginReads {

  private final Map<String, Map<String, Origin>> bySpace = new HashMap<>();

  OriginReads(Collection<Space> spaces, Origins origins) {
    spaces.forEach(space -> bySpace.put(space.name(), origins.of(space)));
  }

  Future<Loaded> load(LoadFromOrigin ask) {
    Map<String, Origin> declared = bySpace.get(ask.space());
    if (declared == null) {
      throw Failure.of(Code.SPACE_UNKNOWN, "No space is named like this");
    }
    Origin origin = declared.get(ask.keyspace());
    if (origin == null) {
      throw Failure.of(Code.ORIGIN_UNAVAILABLE, "No origin is declared for this keyspace");
    }
    return origin.load(ask.ids()).recover(thrown -> Future.failedFuture(Loads.unavailable(thrown)));
  }
}
