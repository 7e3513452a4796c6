package io.aetherkeep.cache;

import io.micrometer.core.instrument.MeterRegistry;

/** What the instances of one node have together. */
record CacheNode(
    CacheLedger ledger,
    NearCaches near,
    Flights flights,
    Breakers breakers,
    PendingInvalidations pending,
    StartedInvalidations started) {

  private static final int MOST_PENDING = 10_000;

  static CacheNode of(CacheSettings settings, MeterRegistry meters) {
    return new CacheNode(
        new CacheLedger(meters),
        new NearCaches(settings.near()),
        new Flights(),
        new Breakers(settings.loading()),
        new PendingInvalidations(MOST_PENDING),
        new StartedInvalidations());
  }
}
