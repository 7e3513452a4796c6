package io.aetherkeep.cache;

import io.aetherkeep.keyspace.Space;

/** What the caches of one space share: its limits, its tags and the walk over its keys. */
record Room(Space space, Tags tags, Keys keys) {}
