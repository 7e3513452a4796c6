package io.aetherkeep.cache.invalidation;

import io.aetherkeep.cache.entries.CacheSpace;
import io.aetherkeep.cache.entries.VersionOrder;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Count of what an invalidation has matched and removed so far; readable while it runs. */
final class InvalidationCount {

  private final CacheSpace space;
  private final boolean dryRun;
  private final @Nullable VersionOrder spared;
  private volatile long matched;
  private volatile long removed;
  private volatile Runnable listener = () -> {};

  /**
   * An invalidation that has come to nothing yet.
   *
   * @param spared what is to stay, if anything
   */
  InvalidationCount(CacheSpace space, boolean dryRun, @Nullable VersionOrder spared) {
    this.space = space;
    this.dryRun = dryRun;
    this.spared = spared;
  }

  Future<InvalidationCount> take(List<String> batch) {
    if (batch.isEmpty()) {
      return Future.succeededFuture(this);
    }
    Future<Long> there = dryRun ? space.keys().count(batch) : remove(batch);
    return there.map(this::add);
  }

  /** What is not there but would be served or stored is not counted. */
  Future<Void> takeBeside(List<String> batch) {
    return dryRun ? Future.succeededFuture() : space.keys().forgetBeside(batch);
  }

  private Future<Long> remove(List<String> batch) {
    return spared == null
        ? removeAll(batch)
        : spared
            .without(batch)
            .compose(all -> all.isEmpty() ? Future.succeededFuture(0L) : removeAll(all));
  }

  private Future<Long> removeAll(List<String> batch) {
    return space.keys().remove(batch).onComplete(done -> batch.forEach(space.near()::drop));
  }

  private InvalidationCount add(long number) {
    synchronized (this) {
      matched += number;
      removed += dryRun ? 0 : number;
    }
    listener.run();
    return this;
  }

  /** Tells of each batch. */
  void whenGrown(Runnable listener) {
    this.listener = listener;
  }

  boolean isDry() {
    return dryRun;
  }

  long matched() {
    return matched;
  }

  long removed() {
    return removed;
  }
}
