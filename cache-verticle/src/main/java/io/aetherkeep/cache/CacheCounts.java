package io.aetherkeep.cache;

import java.util.concurrent.atomic.LongAdder;

/** What one keyspace of one space served on this node since it started. */
final class CacheCounts {

  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  void read(boolean hit) {
    (hit ? hits : misses).increment();
  }

  long hits() {
    return hits.sum();
  }

  long misses() {
    return misses.sum();
  }
}
