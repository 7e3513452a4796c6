package io.aetherkeep.cache;

import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Key;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configurations of one space: where they are read, and where changes are made.
 *
 * @param seen the versions that this node has seen, by name
 */
record ConfigShelf(
    Shelf shelf, ConfigHistory history, @Nullable ConfigTable table, Map<String, String> seen) {

  Key<Document> key(String name) {
    return shelf.keyspace().key(name);
  }
}
