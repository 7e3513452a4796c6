package io.aetherkeep.cache;

import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Store;
import java.util.List;

/** One cache keyspace of one space: where its entries are, and what was served from it. */
record Shelf(Room room, Keyspace<Document> keyspace, Store<Document> store, CacheCounts counts) {

  NearCache near() {
    return room.near();
  }

  Key<Document> key(List<String> ids) {
    return keyspace.key(ids);
  }

  /** The key of an id as a batch names it: {@code a}, or {@code a:b} where there are two. */
  Key<Document> keyOf(String id) {
    int variables = keyspace.pattern().variables().size();
    return key(variables == 1 ? List.of(id) : List.of(id.split(":", -1)));
  }
}
