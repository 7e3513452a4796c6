package io.aetherkeep.cache.invalidation;

import io.aetherkeep.cache.entries.CacheSpace;
import io.aetherkeep.cache.entries.VersionOrder;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Progress of one invalidation: entries matched and removed so far. */
final class InvalidationCount {

  private final CacheSpace space;
  private final boolean dryRun;
  private final @Nullable VersionOrder spared;
  private volatile long matched;
  private volatile long removed;
  private volatile Runnable listener = () -> {};

  /**
   * Creates the progress of an invalidation at zero.
   *
   * @param spared decides which entries are newer than the invalidation and stay, if any
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

  /** Removes companion keys of entries that may not exist; these are not counted. */
  Future<Void> removeCompanions(List<String> batch) {
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

  /** Sets a listener that runs after each batch. */
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
