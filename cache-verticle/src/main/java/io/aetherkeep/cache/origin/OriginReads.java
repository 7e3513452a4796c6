package io.aetherkeep.cache.origin;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.OriginAsks.LoadFromOrigin;
import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.aetherkeep.keyspace.PerSpace;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Direct reads of the systems of record, which bypass cached entries. */
public final class OriginReads {

  private final PerSpace<Map<String, Function<List<String>, Future<Loaded>>>> bySpace;

  /** Creates the reads of each space, by keyspace. */
  public OriginReads(Map<String, Map<String, Function<List<String>, Future<Loaded>>>> bySpace) {
    this.bySpace = PerSpace.by(bySpace);
  }

  public Future<Loaded> load(LoadFromOrigin ask) {
    Function<List<String>, Future<Loaded>> origin = bySpace.of(ask.space()).get(ask.keyspace());
    if (origin == null) {
      throw Failure.of(Code.KEYSPACE_UNKNOWN, "No origin is declared for a keyspace of this name");
    }
    return origin.apply(ask.ids());
  }
}
