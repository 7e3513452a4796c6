package io.aetherkeep.cache;

import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Key;
import org.jspecify.annotations.Nullable;

/** The configurations of one space: where they are read, and where changes are made. */
record ConfigShelf(Shelf shelf, ConfigHistory history, @Nullable ConfigTable table) {

  Key<Document> key(String name) {
    return shelf.keyspace().key(name);
  }
}
