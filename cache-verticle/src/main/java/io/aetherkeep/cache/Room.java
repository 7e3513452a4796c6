package io.aetherkeep.cache;

import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.Store;

/**
 * What the caches of one space share: its limits, its tags, its keys, the copies of entries and how
 * far invalidations are.
 */
record Room(Space space, Tags tags, KeyScan keys, NearCache near, Store<Document> invalidations) {}
