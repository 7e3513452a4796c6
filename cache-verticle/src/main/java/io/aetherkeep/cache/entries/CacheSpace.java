package io.aetherkeep.cache.entries;

import io.aetherkeep.cache.index.InvalidationNotice;
import io.aetherkeep.cache.index.KeyScan;
import io.aetherkeep.cache.index.Tags;
import io.aetherkeep.cache.near.NearCache;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.Store;

/**
 * State shared by the caches of one space: limits, tag index, key scan, near cache, the progress of
 * invalidations, and their announcement.
 */
public record CacheSpace(
    Space definition,
    Tags tags,
    KeyScan keys,
    NearCache near,
    Store<Document> invalidations,
    InvalidationNotice notice) {}
