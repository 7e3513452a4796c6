package io.aetherkeep.cache.invalidation;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidationProgress;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.collection.BoundedMap;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Condition;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Store;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Background invalidations of this node, the latest thousand. It also stores their progress in
 * Redis, where other nodes read it.
 */
public final class StartedInvalidations {

  private static final int MOST = 1000;
  private static final Pattern UUID = Pattern.compile("[0-9a-f-]{36}");
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Map<String, Started> byId = BoundedMap.byInsertion(MOST);

  /** An invalidation and its progress. */
  private static final class Started {

    private final PromisedInvalidation promised;
    private final Store<Document> progress;
    private volatile Invalidations.Running running;
    private volatile long publishedAt;

    private Started(
        PromisedInvalidation promised, Invalidations.Running running, Store<Document> progress) {
      this.promised = promised;
      this.running = running;
      this.progress = progress;
    }

    private void follow(Invalidations.Running now) {
      running = now;
      publish();
      now.tally().whenGrown(this::publishNowAndThen);
      now.done().onComplete(done -> publish());
    }

    private void publishNowAndThen() {
      if (System.nanoTime() - publishedAt > EVERY_NANOS) {
        publish();
      }
    }

    /** Publishes the progress; while Redis is unavailable, other nodes see it late. */
    private void publish() {
      publishedAt = System.nanoTime();
      Document value = Document.stored(Buffer.buffer(RecordJson.write(progress())));
      progress.put(key(promised.id()), value, Condition.any());
    }

    private InvalidationProgress progress() {
      Invalidations.Running now = running;
      String error = now.done().failed() ? Failure.from(now.done().cause()).code().text() : null;
      return new InvalidationProgress(
          promised.id(), now.state(), now.tally().matched(), now.tally().removed(), error);
    }
  }

  private static Key<Document> key(String id) {
    return Keyspaces.INVALIDATIONS.key(id);
  }

  /** Tracks an invalidation; called again when it is retried. */
  InvalidationProgress follow(
      PromisedInvalidation promised, Invalidations.Running running, Store<Document> progress) {
    Started started;
    synchronized (byId) {
      started = byId.computeIfAbsent(promised.id(), id -> new Started(promised, running, progress));
    }
    started.follow(running);
    return started.progress();
  }

  Future<InvalidationProgress> read(String space, String id, Store<Document> progress) {
    Started here;
    synchronized (byId) {
      here = byId.get(id);
    }
    if (here != null && here.promised.what().space().equals(space)) {
      return Future.succeededFuture(here.progress());
    }
    if (!UUID.matcher(id).matches()) {
      throw unknown();
    }
    return progress
        .find(key(id))
        .map(found -> found.orElseThrow(StartedInvalidations::unknown).value().bytes())
        .map(json -> RecordJson.read(json.getBytes(), InvalidationProgress.class))
        .recover(StartedInvalidations::unknownIfInvalid);
  }

  /** A foreign value under such a key is not an invalidation. */
  private static Future<InvalidationProgress> unknownIfInvalid(Throwable thrown) {
    boolean junk = Failure.from(thrown).kind() == Kind.INVALID;
    return Future.failedFuture(junk ? unknown() : thrown);
  }

  private static Failure unknown() {
    return Failure.of(
        Code.INVALIDATION_UNKNOWN, "No invalidation with this id was started in the last hour");
  }
}
