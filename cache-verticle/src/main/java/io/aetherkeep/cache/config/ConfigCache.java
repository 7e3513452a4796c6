package io.aetherkeep.cache.config;

import io.aetherkeep.cache.entries.Cache;
import io.aetherkeep.cache.origin.ConfigTable;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Key;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Configurations of one space: the cache that serves reads, and the stores that take changes.
 *
 * @param state state of these configurations on this node
 */
public record ConfigCache(
    Cache cache, ConfigHistory history, @Nullable ConfigTable table, ConfigState state) {

  public Key<Document> key(String name) {
    return cache.keyspace().key(name);
  }

  /** Counts the existing keys among these configurations and their version lists. */
  Future<Long> countKnown(List<String> names) {
    List<String> keys =
        names.stream()
            .flatMap(name -> Stream.of(key(name).text(), history.versionsOf(key(name))))
            .toList();
    return cache.space().keys().count(keys);
  }
}
