package io.aetherkeep.cache.entries;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.cache.near.CacheCounts;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.DocumentsById;
import io.aetherkeep.catalogue.UnavailableIds;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.LimitedBytes;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.Key;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Read path of many entries: Redis in one round trip, then the origin for those that are missing.
 */
final class BulkLookup {

  private BulkLookup() {}

  static Future<DocumentsById> find(Cache cache, List<Key<Document>> keys) {
    UnavailableIds unavailable = new UnavailableIds();
    return cache
        .store()
        .findAll(keys)
        .compose(
            values ->
                cache.loading() == null ? same(values) : loaded(cache, keys, values, unavailable))
        .compose(
            values -> Offload.run(bytes(values), () -> entries(keys, values, unavailable, null)))
        .onSuccess(entries -> count(cache.counts(), entries))
        .recover(thrown -> lastKnown(cache, keys, thrown));
  }

  private static void count(CacheCounts counts, DocumentsById entries) {
    int unreadable = entries.unreadable() == null ? 0 : entries.unreadable().size();
    for (int i = entries.found().size() + unreadable; i > 0; i--) {
      counts.read(true);
    }
    int unavailable = entries.unavailable() == null ? 0 : entries.unavailable().size();
    for (int i = entries.missing().size() + unavailable; i > 0; i--) {
      counts.read(false);
    }
  }

  /**
   * Reads each entry alone while Redis is unavailable: its last known value, or the origin's. An
   * entry that has neither is unavailable.
   */
  private static Future<DocumentsById> lastKnown(
      Cache cache, List<Key<Document>> keys, Throwable thrown) {
    if (Failure.from(thrown).code() != Code.REDIS_UNAVAILABLE) {
      return Future.failedFuture(thrown);
    }
    UnavailableIds unavailable = new UnavailableIds();
    List<Future<Optional<Entry>>> all =
        keys.stream()
            .map(
                key ->
                    unavailable.read(
                        key.id(),
                        Lookup.findOfMany(cache, key),
                        failure -> failure.kind() == Kind.UNAVAILABLE))
            .toList();
    return Future.all(all)
        .compose(
            done -> {
              List<Optional<Entry>> found = all.stream().map(Future::result).toList();
              List<Optional<Document>> values =
                  found.stream().map(entry -> entry.map(Entry::value)).toList();
              return Offload.run(
                  bytes(values), () -> entries(keys, values, unavailable, oldest(found)));
            });
  }

  /** How long ago the oldest last known value was read; null if there is none. */
  private static @Nullable Long oldest(List<Optional<Entry>> entries) {
    return entries.stream()
        .flatMap(Optional::stream)
        .map(Entry::staleSeconds)
        .filter(Objects::nonNull)
        .max(Long::compare)
        .orElse(null);
  }

  private static int bytes(List<Optional<Document>> values) {
    return values.stream().mapToInt(value -> value.map(Document::length).orElse(0)).sum();
  }

  private static <T> Future<T> same(T value) {
    return Future.succeededFuture(value);
  }

  /** Loads the missing entries from the origin. An entry whose load fails is unavailable. */
  private static Future<List<Optional<Document>>> loaded(
      Cache cache,
      List<Key<Document>> keys,
      List<Optional<Document>> values,
      UnavailableIds unavailable) {
    List<Future<Optional<Document>>> all = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      all.add(
          values.get(i).isPresent()
              ? same(values.get(i))
              : unavailable.read(
                  keys.get(i).id(),
                  Lookup.loadOfMany(cache, keys.get(i)).map(found -> found.map(Entry::value)),
                  failure -> failure.code() == Code.ORIGIN_UNAVAILABLE));
    }
    return Future.all(all).map(done -> all.stream().map(Future::result).toList());
  }

  /**
   * Collects the answer up to a maximum size. The store has limited the values that it read, but
   * not those that were loaded.
   */
  private static DocumentsById entries(
      List<Key<Document>> keys,
      List<Optional<Document>> values,
      UnavailableIds unavailable,
      @Nullable Long staleSeconds) {
    long bytes = 0;
    int read = 0;
    for (Optional<Document> value : values) {
      bytes += value.map(Document::length).orElse(0);
      if (read > 0 && bytes > LimitedBytes.MOST) {
        break;
      }
      read++;
    }
    List<String> ids = keys.stream().map(Key::id).toList();
    return DocumentsById.of(ids, values.subList(0, read), unavailable, staleSeconds);
  }
}
