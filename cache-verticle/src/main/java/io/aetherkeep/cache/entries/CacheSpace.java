package io.aetherkeep.cache.entries;

import io.aetherkeep.cache.index.KeyScan;
import io.aetherkeep.cache.index.Tags;
import io.aetherkeep.cache.near.NearCache;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.Store;

/**
 * What the caches of one space share: its limits, its tags, its keys, the copies of entries and how
 * far invalidations are.
 */
public record CacheSpace(
    Space definition, Tags tags, KeyScan keys, NearCache near, Store<Document> invalidations) {}
