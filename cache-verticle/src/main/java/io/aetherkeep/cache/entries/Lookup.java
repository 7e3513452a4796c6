package io.aetherkeep.cache.entries;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.index.Tags;
import io.aetherkeep.cache.loading.ReadThrough;
import io.aetherkeep.cache.near.Copy;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Stored;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Optional;

/** Read path of an entry: the near cache first, then Redis, then the origin. */
public final class Lookup {

  /** Stands in for an unreadable value among many: it is not JSON. */
  private static final Entry UNREADABLE = new Entry(Document.stored(Buffer.buffer()), 0, 0);

  private Lookup() {}

  public static Future<Entry> find(Cache cache, Key<Document> key) {
    long now = System.nanoTime();
    Copy copy = cache.near().find(key.text(), now);
    if (copy != null) {
      cache.counts().nearHit();
      renewIfDue(cache, key, copy.left(now), copy.value());
      return Future.succeededFuture(copy.entry(now, Source.NEAR));
    }
    return inRedis(cache, key, now)
        .compose(found -> found.isPresent() ? there(cache, key, found.get()) : miss(cache, key))
        .recover(thrown -> lastKnown(cache, key, thrown));
  }

  /**
   * Reads an entry past the near cache. If Redis fails, the near copy stays, to be served as the
   * last known value.
   */
  public static Future<Entry> fresh(Cache cache, Key<Document> key) {
    return inRedis(cache, key, System.nanoTime())
        .compose(
            found -> {
              if (found.isEmpty()) {
                cache.near().drop(key.text());
                return miss(cache, key);
              }
              cache.near().dropUnless(key.text(), found.get().value().version());
              return there(cache, key, found.get());
            });
  }

  private static Future<Entry> there(Cache cache, Key<Document> key, Stored<Document> stored) {
    renewIfDue(cache, key, left(stored), stored.value());
    return Future.succeededFuture(entry(stored));
  }

  private static double left(Stored<Document> stored) {
    Duration whole = stored.age().plus(stored.remaining());
    return stored.remaining().isNegative()
        ? 1
        : (double) stored.remaining().toMillis() / Math.max(1, whole.toMillis());
  }

  private static void renewIfDue(Cache cache, Key<Document> key, double left, Document value) {
    ReadThrough loading = cache.loading();
    if (loading != null && loading.isDue(left)) {
      loading.renew(key, value);
    }
  }

  private static Future<Entry> miss(Cache cache, Key<Document> key) {
    ReadThrough loading = cache.loading();
    return loading == null ? Future.failedFuture(unknown()) : loading.miss(key);
  }

  /** Loads a missing entry of many. */
  static Future<Optional<Entry>> loadOfMany(Cache cache, Key<Document> key) {
    return ofMany(miss(cache, key));
  }

  /** Finds an entry of many, also while Redis is unavailable. */
  static Future<Optional<Entry>> findOfMany(Cache cache, Key<Document> key) {
    return ofMany(find(cache, key));
  }

  /** Empty if no such entry exists, and {@link #UNREADABLE} if its value cannot be read. */
  private static Future<Optional<Entry>> ofMany(Future<Entry> entry) {
    return entry
        .map(Optional::of)
        .recover(
            thrown ->
                switch (Failure.from(thrown).code()) {
                  case ENTRY_UNKNOWN -> Future.succeededFuture(Optional.empty());
                  case UNREADABLE_VALUE -> Future.succeededFuture(Optional.of(UNREADABLE));
                  default -> Future.failedFuture(thrown);
                });
  }

  private static Future<Optional<Stored<Document>>> inRedis(
      Cache cache, Key<Document> key, long now) {
    long token = cache.near().token(key.text());
    return cache
        .store()
        .find(key)
        .onSuccess(
            found -> {
              cache.counts().asked(System.nanoTime() - now);
              cache.counts().read(found.isPresent());
              found.ifPresent(
                  stored -> cache.near().keep(key.text(), token, stored, cache.counts(), now));
            });
  }

  private static Entry entry(Stored<Document> stored) {
    return new Entry(
        stored.value(),
        stored.age().toSeconds(),
        stored.remaining().toSeconds(),
        Source.REDIS,
        Tags.of(stored.label()));
  }

  private static Failure unknown() {
    return Failure.of(Code.ENTRY_UNKNOWN, "No cache entry has this id");
  }

  private static Future<Entry> lastKnown(Cache cache, Key<Document> key, Throwable thrown) {
    if (Failure.from(thrown).code() != Code.REDIS_UNAVAILABLE) {
      return Future.failedFuture(thrown);
    }
    long now = System.nanoTime();
    Copy copy = cache.near().lastKnown(key.text(), now);
    if (copy == null) {
      return direct(cache, key, thrown);
    }
    cache.counts().servedStale();
    return Future.succeededFuture(copy.entry(now, Source.STALE_OUTAGE));
  }

  /** Loads past Redis, and caches the answer briefly so that not every reader asks the origin. */
  private static Future<Entry> direct(Cache cache, Key<Document> key, Throwable thrown) {
    ReadThrough loading = cache.loading();
    if (loading == null) {
      return Future.failedFuture(thrown);
    }
    long epoch = cache.near().epoch(key.text());
    return loading
        .direct(key)
        .onSuccess(
            entry ->
                cache
                    .near()
                    .keepUntilReconnect(
                        key.text(),
                        epoch,
                        new Stored<>(entry.value(), Duration.ZERO, loading.directFor(), null),
                        cache.counts()));
  }
}
