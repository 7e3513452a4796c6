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
 * The configurations of one space: where they are read, and where changes are made.
 *
 * @param state what this node knows of them
 */
public record ConfigCache(
    Cache cache, ConfigHistory history, @Nullable ConfigTable table, ConfigState state) {

  Key<Document> key(String name) {
    return cache.keyspace().key(name);
  }

  /** How many keys there are of these configurations and of their versions. */
  Future<Long> countKnown(List<String> names) {
    List<String> keys =
        names.stream()
            .flatMap(name -> Stream.of(key(name).text(), history.versionsOf(key(name))))
            .toList();
    return cache.space().keys().count(keys);
  }
}
