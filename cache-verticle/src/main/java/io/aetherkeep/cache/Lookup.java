package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Stored;
import io.vertx.core.Future;
import java.util.Optional;

/** Finds an entry where it is nearest: in this JVM, then in Redis. */
final class Lookup {

  private Lookup() {}

  static Future<Entry> find(Shelf shelf, Key<Document> key) {
    long now = System.nanoTime();
    Copy copy = shelf.near().find(key.text(), now);
    if (copy != null) {
      shelf.counts().nearHit();
      return Future.succeededFuture(copy.entry(now, Source.NEAR));
    }
    return inRedis(shelf, key, now)
        .map(found -> entry(found.orElseThrow(Lookup::unknown)))
        .recover(thrown -> lastKnown(shelf, key, thrown));
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
    if (Failure.from(thrown).kind() != Kind.UNAVAILABLE) {
      return Future.failedFuture(thrown);
    }
    long now = System.nanoTime();
    Copy copy = shelf.near().lastKnown(key.text(), now);
    if (copy == null) {
      return Future.failedFuture(thrown);
    }
    shelf.counts().servedStale();
    return Future.succeededFuture(copy.entry(now, Source.STALE_OUTAGE));
  }
}
