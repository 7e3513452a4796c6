package io.aetherkeep.cache.entries;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.loading.Loading;
import io.aetherkeep.cache.near.Copy;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Stored;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/** Finds an entry where it is nearest: in this JVM, then in Redis. */
public final class Lookup {

  private Lookup() {}

  public static Future<Entry> find(Shelf shelf, Key<Document> key) {
    long now = System.nanoTime();
    Copy copy = shelf.near().find(key.text(), now);
    if (copy != null) {
      shelf.counts().nearHit();
      renewIfDue(shelf, key, copy.left(now), copy.value());
      return Future.succeededFuture(copy.entry(now, Source.NEAR));
    }
    return inRedis(shelf, key, now)
        .compose(found -> found.isPresent() ? there(shelf, key, found.get()) : miss(shelf, key))
        .recover(thrown -> lastKnown(shelf, key, thrown));
  }

  private static Future<Entry> there(Shelf shelf, Key<Document> key, Stored<Document> stored) {
    renewIfDue(shelf, key, left(stored), stored.value());
    return Future.succeededFuture(entry(stored));
  }

  private static double left(Stored<Document> stored) {
    Duration whole = stored.age().plus(stored.remaining());
    return stored.remaining().isNegative()
        ? 1
        : (double) stored.remaining().toMillis() / Math.max(1, whole.toMillis());
  }

  private static void renewIfDue(Shelf shelf, Key<Document> key, double left, Document value) {
    Loading loading = shelf.loading();
    if (loading != null && loading.isDue(left)) {
      loading.renew(key, value);
    }
  }

  private static Future<Entry> miss(Shelf shelf, Key<Document> key) {
    Loading loading = shelf.loading();
    return loading == null ? Future.failedFuture(unknown()) : loading.miss(key);
  }

  /** The entry's value, or nothing if there is none. */
  static Future<Optional<Document>> ifKnown(Shelf shelf, Key<Document> key) {
    return miss(shelf, key)
        .map(entry -> Optional.of(entry.value()))
        .recover(
            thrown ->
                Failure.from(thrown).code() == Code.ENTRY_UNKNOWN
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(thrown));
  }

  private static Future<Optional<Stored<Document>>> inRedis(
      Shelf shelf, Key<Document> key, long now) {
    long token = shelf.near().token(key.text());
    return shelf
        .store()
        .find(key)
        .onSuccess(
            found -> {
              shelf.counts().asked(System.nanoTime() - now);
              shelf.counts().read(found.isPresent());
              found.ifPresent(
                  stored -> shelf.near().keep(key.text(), token, stored, shelf.counts(), now));
            });
  }

  private static Entry entry(Stored<Document> stored) {
    return new Entry(stored.value(), stored.age().toSeconds(), stored.remaining().toSeconds());
  }

  private static Failure unknown() {
    return Failure.of(Code.ENTRY_UNKNOWN, "Nothing is cached under this id");
  }

  private static Future<Entry> lastKnown(Shelf shelf, Key<Document> key, Throwable thrown) {
    if (Failure.from(thrown).code() != Code.REDIS_UNAVAILABLE) {
      return Future.failedFuture(thrown);
    }
    long now = System.nanoTime();
    Copy copy = shelf.near().lastKnown(key.text(), now);
    if (copy == null) {
      return direct(shelf, key, thrown);
    }
    shelf.counts().servedStale();
    return Future.succeededFuture(copy.entry(now, Source.STALE_OUTAGE));
  }

  /** What the system of record says is remembered for a moment, so that not every reader asks. */
  private static Future<Entry> direct(Shelf shelf, Key<Document> key, Throwable thrown) {
    Loading loading = shelf.loading();
    if (loading == null) {
      return Future.failedFuture(thrown);
    }
    long epoch = shelf.near().epoch(key.text());
    return loading
        .direct(key)
        .onSuccess(
            entry ->
                shelf
                    .near()
                    .keepMeanwhile(
                        key.text(),
                        epoch,
                        new Stored<>(entry.value(), Duration.ZERO, loading.directFor(), null),
                        shelf.counts()));
  }
}
