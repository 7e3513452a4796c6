package io.aetherkeep.cache.entries;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.loading.ReadThrough;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Store;
import io.vertx.core.Future;
import java.util.List;

/**
 * Records of an origin for a keyspace that another verticle owns. Each is cached briefly, so that
 * concurrent readers of one missing record cause one load.
 */
public final class Records {

  private final Keyspace<?> keyspace;
  private final Store<Document> store;
  private final ReadThrough loading;

  public Records(Keyspace<?> keyspace, Store<Document> store, ReadThrough loading) {
    this.keyspace = keyspace;
    this.store = store;
    this.loading = loading;
  }

  public Future<Loaded> find(List<String> ids) {
    String name = Keyspaces.RECORDS.pattern().around(keyspace.key(ids).text());
    Key<Document> key = new Key<>(Keyspaces.RECORDS, ids, name);
    return store
        .find(key)
        .compose(
            found ->
                found.isPresent()
                    ? Future.succeededFuture(found.get().value())
                    : loading.miss(key).map(entry -> entry.value()))
        .recover(thrown -> loadWithoutRedis(key, thrown))
        .map(value -> new Loaded(value, null))
        .recover(Records::nothing);
  }

  private Future<Document> loadWithoutRedis(Key<Document> key, Throwable thrown) {
    return Failure.from(thrown).code() == Code.REDIS_UNAVAILABLE
        ? loading.direct(key).map(entry -> entry.value())
        : Future.failedFuture(thrown);
  }

  private static Future<Loaded> nothing(Throwable thrown) {
    return Failure.from(thrown).code() == Code.ENTRY_UNKNOWN
        ? Future.succeededFuture(Loaded.NOTHING)
        : Future.failedFuture(thrown);
  }
}
