package io.aetherkeep.cache.origin;

import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.vertx.core.Future;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.util.List;

/** System of record of one keyspace, from which its cache is filled. */
public interface Origin {

  /** Loads the value of these ids, or {@link Loaded#NOTHING}; fails if the origin cannot tell. */
  Future<Loaded> load(List<String> ids);

  /**
   * Whether a load failed because too many of this node wait for a connection, so that the origin
   * was not asked.
   */
  static boolean isBusy(Throwable failed) {
    return failed instanceof ConnectionPoolTooBusyException;
  }
}
