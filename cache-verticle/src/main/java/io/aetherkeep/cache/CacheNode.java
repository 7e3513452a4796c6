package io.aetherkeep.cache;

/** What the instances of one node have together. */
record CacheNode(CacheLedger ledger, NearCaches near) {

  static CacheNode of(CacheSettings settings) {
    return new CacheNode(new CacheLedger(), new NearCaches(settings.near()));
  }
}
