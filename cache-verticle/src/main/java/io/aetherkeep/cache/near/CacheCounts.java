package io.aetherkeep.cache.near;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Counters of one cache keyspace of one space on this node, since it started. */
public final class CacheCounts {

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

  public void nearHit() {
    nearHits.increment();
  }

  public void read(boolean hit) {
    (hit ? redisHits : misses).increment();
  }

  public void asked(long nanos) {
    redisReads.increment();
    redisNanos.add(nanos);
  }

  public void servedStale() {
    staleServes.increment();
  }

  public void loaded(long nanos, boolean well) {
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

  public long hits() {
    return nearHits.sum() + redisHits.sum();
  }

  public long nearHits() {
    return nearHits.sum();
  }

  long redisHits() {
    return redisHits.sum();
  }

  public long misses() {
    return misses.sum();
  }

  public long staleServes() {
    return staleServes.sum();
  }

  public long loads() {
    return loads.sum();
  }

  public long loadFailures() {
    return loadFailures.sum();
  }

  public long evictions() {
    return evictions.sum();
  }

  public long nearBytes() {
    return nearBytes.sum();
  }

  public long redisReads() {
    return redisReads.sum();
  }

  public double redisSeconds() {
    return seconds(redisNanos.sum());
  }

  public double loadSeconds() {
    return seconds(loadNanos.sum());
  }

  private static double seconds(long nanos) {
    return nanos / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
