package io.aetherkeep.cache.entries;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Stored;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Order of an entry's versions against a point in time: whether an entry was written before or
 * after it, by whichever writer, as far as the entry's lifetime tells.
 */
public final class VersionOrder {

  /** So many values are looked at at once. */
  private static final int AT_ONCE = 20;

  private final Collection<Shelf> shelves;
  private final long since;

  /**
   * Those that were written after a moment.
   *
   * @param since in milliseconds since 1970
   */
  public VersionOrder(Collection<Shelf> shelves, long since) {
    this.shelves = shelves;
    this.since = since;
  }

  /** Those of the keys that were there before. */
  public Future<List<String>> without(List<String> keys) {
    return without(keys, 0, new ArrayList<>());
  }

  private Future<List<String>> without(List<String> keys, int from, List<String> older) {
    if (from >= keys.size()) {
      return Future.succeededFuture(older);
    }
    int to = Math.min(keys.size(), from + AT_ONCE);
    List<Future<Optional<String>>> some =
        keys.subList(from, to).stream().map(this::ifOlder).toList();
    return Future.all(some)
        .compose(
            done -> {
              some.forEach(each -> each.result().ifPresent(older::add));
              return without(keys, to, older);
            });
  }

  private Future<Optional<String>> ifOlder(String key) {
    for (Shelf shelf : shelves) {
      Optional<List<String>> ids = shelf.keyspace().pattern().parse(key);
      if (ids.isPresent()) {
        return shelf
            .store()
            .find(shelf.key(ids.get()))
            .map(entry -> entry.filter(found -> isNewer(shelf, key, found)).isPresent())
            .recover(VersionOrder::unlessUnreadable)
            .map(newer -> newer ? Optional.empty() : Optional.of(key));
      }
    }
    return Future.succeededFuture(Optional.of(key));
  }

  /** What nobody can read can be removed. */
  private static Future<Boolean> unlessUnreadable(Throwable thrown) {
    return Failure.from(thrown).code() == Code.UNREADABLE_VALUE
        ? Future.succeededFuture(false)
        : Future.failedFuture(thrown);
  }

  /**
   * An age of nothing says nothing: it lives for longer than is usual, or for ever. A value that
   * was known before the moment has got another lifetime and not been written.
   */
  private boolean isNewer(Shelf shelf, String key, Stored<Document> entry) {
    Duration ago = Duration.ofMillis(System.currentTimeMillis() - since);
    return !entry.age().isZero()
        && entry.age().compareTo(ago) < 0
        && !shelf.near().isKnownBefore(key, entry.value().version(), since);
  }
}
