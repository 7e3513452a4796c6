package io.aetherkeep.cache.entries;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.index.Tags;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntries;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.Removed;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.CacheAsks.Written;
import io.aetherkeep.catalogue.DocumentsById;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Condition;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Layout;
import io.aetherkeep.keyspace.Store.Write;
import io.aetherkeep.keyspace.Stored;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Cache entry service: reads, writes and removes entries, with preconditions. */
public final class CacheEntries {

  private static final int MOST_AT_ONCE = 100;

  private static final String NOT_JSON = "The stored value is not JSON";

  private final Caches caches;
  private final Consumer<Event> announcement;
  private final Function<InvalidateEntries, Future<Void>> promise;

  /**
   * Creates the service of one event loop.
   *
   * @param promise queues an invalidation until Redis is back
   */
  public CacheEntries(
      Caches caches,
      Consumer<Event> announcement,
      Function<InvalidateEntries, Future<Void>> promise) {
    this.caches = caches;
    this.announcement = announcement;
    this.promise = promise;
  }

  public Future<Entry> read(ReadEntry ask) {
    Cache cache = caches.find(ask.space(), ask.keyspace());
    return Lookup.find(cache, cache.key(ask.ids())).compose(entry -> readable(entry, cache));
  }

  /**
   * Returns an entry unless its value is unreadable: another service may have written bytes that
   * are not JSON, or not UTF-8.
   */
  private static Future<Entry> readable(Entry entry, Cache cache) {
    return entry.value().checked().map(value -> require(value, unreadable(cache))).map(entry);
  }

  private static String unreadable(Cache cache) {
    if (cache.keyspace().layout() == Layout.TEXT) {
      return "The stored text is not UTF-8";
    }
    boolean own = cache.space().definition().caches().own().contains(cache.keyspace());
    return own ? NOT_JSON + ": the layout 'text' of the keyspace would read it" : NOT_JSON;
  }

  public static Document requireJson(Document value) {
    return require(value, NOT_JSON);
  }

  private static Document require(Document value, String otherwise) {
    if (!value.isJson()) {
      throw Failure.of(Code.UNREADABLE_VALUE, otherwise);
    }
    return value;
  }

  public Future<DocumentsById> readMany(ReadEntries ask) {
    Cache cache = caches.find(ask.space(), ask.keyspace());
    if (ask.ids().isEmpty() || ask.ids().size() > MOST_AT_ONCE) {
      throw Failure.of(Code.INVALID_PARAMETER, "Ask for 1 to " + MOST_AT_ONCE + " ids at once");
    }
    List<Key<Document>> keys = ask.ids().stream().distinct().map(cache::keyOf).toList();
    return BulkLookup.find(cache, keys);
  }

  public Future<Written> write(WriteEntry ask) {
    Cache cache = caches.find(ask.space(), ask.keyspace());
    Key<Document> key = cache.key(ask.ids());
    List<String> tags = Limits.checkedTags(ask.tags());
    Duration lifetime =
        ask.maxAgeSeconds() == null
            ? cache.store().lifetime()
            : Limits.checkedLifetime(ask.maxAgeSeconds());
    return cache
        .storable(ask.value())
        .compose(
            value ->
                condition(cache, key, ask.ifVersion(), ask.ifAbsent())
                    .compose(condition -> write(cache, key, value, condition, tags, lifetime))
                    .map(write -> written(value, write)))
        .onSuccess(written -> announce(cache, key, written.created() ? 0 : 1));
  }

  private void announce(Cache cache, Key<Document> key, long removed) {
    announcement.accept(
        new CacheInvalidated(
            cache.space().definition().name(),
            cache.keyspace().name(),
            List.of(key.id()),
            null,
            null,
            removed));
  }

  /**
   * Writes the tag index before the value: the index may list a key without an entry, but misses no
   * entry.
   */
  private static Future<Write> write(
      Cache cache,
      Key<Document> key,
      Document value,
      Condition<Document> condition,
      List<String> tags,
      Duration lifetime) {
    long begun = System.currentTimeMillis();
    cache.near().writes(key.text(), value.version(), begun);
    return cache
        .space()
        .tags()
        .announce(key.text(), tags, lifetime, cache.labelOutlives())
        .compose(announced -> cache.store().put(key, value, condition, lifetime, Tags.label(tags)))
        .onSuccess(
            write -> {
              if (write != Write.REFUSED) {
                cache.near().recordWrite(key.text(), value.version(), begun);
              }
            })
        // Dropped even if the write failed: readers on this node must not see the old value.
        .onComplete(done -> cache.near().drop(key.text()));
  }

  private static Written written(Document value, Write write) {
    if (write == Write.REFUSED) {
      throw conflict();
    }
    return new Written(value.version(), write == Write.WAS_ABSENT);
  }

  public Future<Removed> remove(RemoveEntry ask) {
    Cache cache = caches.find(ask.space(), ask.keyspace());
    Key<Document> key = cache.key(ask.ids());
    return condition(cache, key, ask.ifVersion(), false)
        .compose(condition -> cache.store().remove(key, condition))
        .onComplete(done -> cache.near().forget(key.text()))
        .map(
            write -> {
              if (write == Write.REFUSED) {
                throw conflict();
              }
              return new Removed(write == Write.WAS_PRESENT);
            })
        .onSuccess(
            removed -> {
              if (removed.removed()) {
                announce(cache, key, 1);
              }
            })
        .recover(thrown -> queue(ask, key, thrown));
  }

  /** Queues an unconditional removal while Redis is unavailable; a conditional one fails. */
  private Future<Removed> queue(RemoveEntry ask, Key<Document> key, Throwable thrown) {
    if (ask.ifVersion() != null || Failure.from(thrown).code() != Code.REDIS_UNAVAILABLE) {
      return Future.failedFuture(thrown);
    }
    return promise
        .apply(
            new InvalidateEntries(
                ask.space(), ask.keyspace(), List.of(key.id()), null, null, false))
        .map(new Removed(false, true));
  }

  /** Turns a version into the bytes it was computed from: the store compares bytes. */
  private static Future<Condition<Document>> condition(
      Cache cache, Key<Document> key, @Nullable String version, boolean absent) {
    if (absent) {
      return Future.succeededFuture(Condition.absent());
    }
    if (version == null) {
      return Future.succeededFuture(Condition.any());
    }
    if (version.equals("*")) {
      return Future.succeededFuture(Condition.present());
    }
    return cache
        .store()
        .find(key)
        .map(
            found ->
                found
                    .map(Stored::value)
                    .filter(value -> value.version().equals(version))
                    .map(Condition::still)
                    .orElseThrow(CacheEntries::conflict));
  }

  private static Failure conflict() {
    return Failure.of(
        Code.VERSION_CONFLICT, "The stored version is another one: read it again, then retry");
  }
}
