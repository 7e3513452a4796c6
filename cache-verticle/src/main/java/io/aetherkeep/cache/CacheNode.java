package io.aetherkeep.cache;

/** What the instances of one node have together. */
record CacheNode(CacheLedger ledger, NearCaches near, Flights flights, Breakers breakers) {

  static CacheNode of(CacheSettings settings) {
    return new CacheNode(
        new CacheLedger(),
        new NearCaches(settings.near()),
        new Flights(),
        new Breakers(settings.loading()));
  }
}
