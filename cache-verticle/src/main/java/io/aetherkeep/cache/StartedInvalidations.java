package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.CacheAsks.InvalidationProgress;
import io.aetherkeep.catalogue.CacheAsks.ReadInvalidation;
import io.aetherkeep.catalogue.CacheAsks.StartInvalidation;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** The invalidations that were begun in the background on this node, the latest thousand. */
final class StartedInvalidations {

  private static final int MOST = 1000;

  private final Map<String, Supplier<InvalidationProgress>> byId =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<String, Supplier<InvalidationProgress>> eldest) {
          return size() > MOST;
        }
      };

  Future<InvalidationProgress> start(StartInvalidation ask, Invalidations invalidations) {
    String id = UUID.randomUUID().toString();
    Invalidations.Running running = invalidations.begin(ask.what());
    Supplier<InvalidationProgress> progress = () -> progress(id, running);
    synchronized (byId) {
      byId.put(place(ask.what().space(), id), progress);
    }
    return Future.succeededFuture(progress.get());
  }

  private static InvalidationProgress progress(String id, Invalidations.Running running) {
    Future<?> done = running.done();
    String state = !done.isComplete() ? "running" : done.succeeded() ? "done" : "failed";
    String error = done.failed() ? Failure.from(done.cause()).code().text() : null;
    return new InvalidationProgress(
        id, state, running.tally().matched(), running.tally().removed(), error);
  }

  Future<InvalidationProgress> read(ReadInvalidation ask) {
    Supplier<InvalidationProgress> progress;
    synchronized (byId) {
      progress = byId.get(place(ask.space(), ask.id()));
    }
    if (progress == null) {
      throw Failure.of(Code.INVALIDATION_UNKNOWN, "This node began none with this id");
    }
    return Future.succeededFuture(progress.get());
  }

  private static String place(String space, String id) {
    return space + "/" + id;
  }
}
