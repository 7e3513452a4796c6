package io.aetherkeep.cache;

import io.aetherkeep.keyspace.Space;

/** What the caches of one space share: its limits, its tags, its keys and the copies of entries. */
record Room(Space space, Tags tags, Keys keys, NearCache near) {}
