package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.entries.Cache;
import io.aetherkeep.cache.entries.CacheCounters;
import io.aetherkeep.cache.entries.Caches;
import io.aetherkeep.cache.entries.EntryCount;
import io.aetherkeep.cache.entries.EntryCount.Count;
import io.aetherkeep.cache.index.KeyScan;
import io.aetherkeep.cache.invalidation.PendingInvalidations;
import io.aetherkeep.catalogue.CacheListAsks.CacheRow;
import io.aetherkeep.catalogue.CacheListAsks.CacheStats;
import io.aetherkeep.catalogue.CacheListAsks.ReadCacheStats;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Cache statistics of a space, one row for each keyspace: entries in Redis, and this node's hits.
 */
final class CacheStatistics {

  /**
   * Time limit of a count. When it passes, or Redis is unavailable, the answer holds the last
   * finished count, or none.
   */
  private static final long PATIENCE_MILLIS = 500;

  private final Caches caches;
  private final CacheCounters counters;
  private final PendingInvalidations pending;

  CacheStatistics(Caches caches, CacheNode node) {
    this.caches = caches;
    this.counters = node.counters();
    this.pending = node.invalidations().pending();
  }

  Future<CacheStats> read(ReadCacheStats ask) {
    Collection<Cache> all = caches.of(ask.space());
    EntryCount census = counters.census(ask.space());
    return census
        .result(() -> walk(caches.space(ask.space()).keys(), all))
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
      String space, Collection<Cache> all, EntryCount.@Nullable Result counted) {
    List<CacheRow> rows = all.stream().map(cache -> row(cache, counted)).toList();
    return new CacheStats(
        counters.since().toString(),
        counted == null ? null : counted.at().toString(),
        pending.size(space),
        rows);
  }

  private static CacheRow row(Cache cache, EntryCount.@Nullable Result counted) {
    String name = cache.keyspace().name();
    Count count = counted == null ? null : counted.byKeyspace().getOrDefault(name, Count.NONE);
    long hits = cache.counts().hits();
    long reads = hits + cache.counts().misses();
    return new CacheRow(
        name,
        count == null ? null : count.entries(),
        count == null ? null : count.bytes(),
        hits,
        cache.counts().nearHits(),
        cache.counts().misses(),
        cache.counts().staleServes(),
        cache.counts().loads(),
        cache.counts().loadFailures(),
        cache.counts().nearBytes(),
        cache.counts().evictions(),
        millis(cache.counts().redisSeconds(), cache.counts().redisReads()),
        millis(cache.counts().loadSeconds(), cache.counts().loads()),
        reads == 0 ? null : (double) hits / reads);
  }

  private static @Nullable Double millis(double seconds, long times) {
    return times == 0 ? null : Math.round(seconds * 1e6 / times) / 1e3;
  }

  private static Future<Map<String, Count>> walk(KeyScan keys, Collection<Cache> caches) {
    Map<String, Count> counts = new HashMap<>();
    return keys.walk("*", batch -> count(batch, caches, keys, counts)).map(counts);
  }

  private static Future<?> count(
      List<String> batch, Collection<Cache> caches, KeyScan keys, Map<String, Count> counts) {
    List<Future<?>> sizes = new ArrayList<>();
    for (Cache cache : caches) {
      List<String> own =
          batch.stream().filter(key -> cache.keyspace().pattern().parse(key).isPresent()).toList();
      if (!own.isEmpty()) {
        sizes.add(
            keys.bytes(own, cache.keyspace().layout())
                .onSuccess(
                    bytes ->
                        counts.merge(
                            cache.keyspace().name(), new Count(own.size(), bytes), Count::plus)));
      }
    }
    return Future.all(sizes);
  }
}
