package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.entries.CacheLedger;
import io.aetherkeep.cache.entries.EntryCount;
import io.aetherkeep.cache.entries.EntryCount.Count;
import io.aetherkeep.cache.entries.Shelf;
import io.aetherkeep.cache.entries.Shelves;
import io.aetherkeep.cache.index.KeyScan;
import io.aetherkeep.cache.invalidation.PendingInvalidations;
import io.aetherkeep.catalogue.CacheAsks.CacheRow;
import io.aetherkeep.catalogue.CacheAsks.CacheStats;
import io.aetherkeep.catalogue.CacheAsks.ReadCacheStats;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The row of each keyspace: what Redis holds, and what this node served. */
final class CacheStatistics {

  /**
   * A count that takes longer, or that Redis is away for, is answered from the one before, or
   * without.
   */
  private static final long PATIENCE_MILLIS = 500;

  private final Shelves shelves;
  private final CacheLedger ledger;
  private final PendingInvalidations pending;

  CacheStatistics(Shelves shelves, CacheNode node) {
    this.shelves = shelves;
    this.ledger = node.ledger();
    this.pending = node.invalidations().pending();
  }

  Future<CacheStats> read(ReadCacheStats ask) {
    Collection<Shelf> all = shelves.of(ask.space());
    EntryCount census = ledger.census(ask.space());
    return census
        .result(() -> walk(all))
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .recover(
            thrown ->
                thrown instanceof TimeoutException
                        || Failure.from(thrown).code() == Code.REDIS_UNAVAILABLE
                    ? Future.succeededFuture(census.last())
                    : Future.failedFuture(thrown))
        .map(counted -> stats(ask.space(), all, counted));
  }

  private CacheStats stats(
      String space, Collection<Shelf> all, EntryCount.@Nullable Result counted) {
    List<CacheRow> rows = all.stream().map(shelf -> row(shelf, counted)).toList();
    return new CacheStats(
        ledger.since().toString(),
        counted == null ? null : counted.at().toString(),
        pending.size(space),
        rows);
  }

  private static CacheRow row(Shelf shelf, EntryCount.@Nullable Result counted) {
    String name = shelf.keyspace().name();
    Count count = counted == null ? null : counted.byKeyspace().getOrDefault(name, Count.NONE);
    long hits = shelf.counts().hits();
    long reads = hits + shelf.counts().misses();
    return new CacheRow(
        name,
        count == null ? null : count.entries(),
        count == null ? null : count.bytes(),
        hits,
        shelf.counts().nearHits(),
        shelf.counts().misses(),
        shelf.counts().staleServes(),
        shelf.counts().loads(),
        shelf.counts().loadFailures(),
        shelf.counts().nearBytes(),
        shelf.counts().evictions(),
        millis(shelf.counts().redisSeconds(), shelf.counts().redisReads()),
        millis(shelf.counts().loadSeconds(), shelf.counts().loads()),
        reads == 0 ? null : (double) hits / reads);
  }

  private static @Nullable Double millis(double seconds, long times) {
    return times == 0 ? null : Math.round(seconds * 1e6 / times) / 1e3;
  }

  private static Future<Map<String, Count>> walk(Collection<Shelf> shelves) {
    Map<String, Count> counts = new HashMap<>();
    KeyScan keys = shelves.iterator().next().room().keys();
    return keys.walk("*", batch -> count(batch, shelves, keys, counts)).map(counts);
  }

  private static Future<?> count(
      List<String> batch, Collection<Shelf> shelves, KeyScan keys, Map<String, Count> counts) {
    List<Future<?>> sizes = new ArrayList<>();
    for (Shelf shelf : shelves) {
      List<String> own =
          batch.stream().filter(key -> shelf.keyspace().pattern().parse(key).isPresent()).toList();
      if (!own.isEmpty()) {
        sizes.add(
            keys.bytes(own)
                .onSuccess(
                    bytes ->
                        counts.merge(
                            shelf.keyspace().name(), new Count(own.size(), bytes), Count::plus)));
      }
    }
    return Future.all(sizes);
  }
}
