package io.aetherkeep.cache;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** What one keyspace of one space served on this node since it started. */
final class CacheCounts {

  private final LongAdder nearHits = new LongAdder();
  private final LongAdder redisHits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder staleServes = new LongAdder();
  private final LongAdder loads = new LongAdder();
  private final LongAdder loadFailures = new LongAdder();
  private final LongAdder loadNanos = new LongAdder();
  private final LongAdder redisReads = new LongAdder();
  private final LongAdder redisNanos = new LongAdder();
  private final LongAdder evictions = new LongAdder();
  private final LongAdder nearBytes = new LongAdder();

  void nearHit() {
    nearHits.increment();
  }

  void read(boolean hit) {
    (hit ? redisHits : misses).increment();
  }

  void asked(long nanos) {
    redisReads.increment();
    redisNanos.add(nanos);
  }

  void servedStale() {
    staleServes.increment();
  }

  void loaded(long nanos, boolean well) {
    loads.increment();
    loadNanos.add(nanos);
    if (!well) {
      loadFailures.increment();
    }
  }

  void remembered(long bytes) {
    nearBytes.add(bytes);
  }

  void forgot(long bytes, boolean evicted) {
    nearBytes.add(-bytes);
    if (evicted) {
      evictions.increment();
    }
  }

  long hits() {
    return nearHits.sum() + redisHits.sum();
  }

  long nearHits() {
    return nearHits.sum();
  }

  long redisHits() {
    return redisHits.sum();
  }

  long misses() {
    return misses.sum();
  }

  long staleServes() {
    return staleServes.sum();
  }

  long loads() {
    return loads.sum();
  }

  long loadFailures() {
    return loadFailures.sum();
  }

  long evictions() {
    return evictions.sum();
  }

  long nearBytes() {
    return nearBytes.sum();
  }

  long redisReads() {
    return redisReads.sum();
  }

  double redisSeconds() {
    return seconds(redisNanos.sum());
  }

  double loadSeconds() {
    return seconds(loadNanos.sum());
  }

  private static double seconds(long nanos) {
    return nanos / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
