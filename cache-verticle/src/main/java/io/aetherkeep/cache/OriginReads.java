package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.CacheAsks.LoadFromOrigin;
import io.aetherkeep.catalogue.CacheAsks.Loaded;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What systems of record hold, for whoever asks for it and not for an entry. */
final class OriginReads {

  private final Map<String, Map<String, Function<List<String>, Future<Loaded>>>> bySpace;

  /** The origins of each space, by keyspace. */
  OriginReads(Map<String, Map<String, Function<List<String>, Future<Loaded>>>> bySpace) {
    this.bySpace = Map.copyOf(bySpace);
  }

  Future<Loaded> load(LoadFromOrigin ask) {
    Map<String, Function<List<String>, Future<Loaded>>> declared = bySpace.get(ask.space());
    if (declared == null) {
      throw Failure.of(Code.SPACE_UNKNOWN, "No space is named like this");
    }
    Function<List<String>, Future<Loaded>> origin = declared.get(ask.keyspace());
    if (origin == null) {
      throw Failure.of(Code.KEYSPACE_UNKNOWN, "No origin is declared for a keyspace of this name");
    }
    return origin.apply(ask.ids());
  }
}
