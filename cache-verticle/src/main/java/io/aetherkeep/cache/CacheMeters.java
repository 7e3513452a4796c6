package io.aetherkeep.cache;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Shows counts as meters: by space and keyspace, never by id, so that there are as many as were
 * configured. They are read when somebody looks, which costs a reader of the cache nothing.
 */
final class CacheMeters {

  private static final String PREFIX = "aetherkeep.cache.";

  private CacheMeters() {}

  static CacheCounts show(
      CacheCounts counts, String space, String keyspace, MeterRegistry registry) {
    Tags tags = Tags.of("space", space, "keyspace", keyspace);
    count("hits", tags.and("source", "near"), CacheCounts::nearHits, counts, registry);
    count("hits", tags.and("source", "redis"), CacheCounts::redisHits, counts, registry);
    count("misses", tags, CacheCounts::misses, counts, registry);
    count("stale.serves", tags, CacheCounts::staleServes, counts, registry);
    count("load.failures", tags, CacheCounts::loadFailures, counts, registry);
    count("near.evictions", tags, CacheCounts::evictions, counts, registry);
    Gauge.builder(PREFIX + "near.size", counts, CacheCounts::nearBytes)
        .baseUnit("bytes")
        .tags(tags)
        .register(registry);
    FunctionTimer.builder(
            PREFIX + "redis.reads",
            counts,
            CacheCounts::redisReads,
            CacheCounts::redisSeconds,
            TimeUnit.SECONDS)
        .tags(tags)
        .register(registry);
    FunctionTimer.builder(
            PREFIX + "loads",
            counts,
            CacheCounts::loads,
            CacheCounts::loadSeconds,
            TimeUnit.SECONDS)
        .tags(tags)
        .register(registry);
    return counts;
  }

  private static void count(
      String name,
      Tags tags,
      ToDoubleFunction<CacheCounts> value,
      CacheCounts counts,
      MeterRegistry registry) {
    FunctionCounter.builder(PREFIX + name, counts, value).tags(tags).register(registry);
  }
}
