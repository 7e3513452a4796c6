package io.aetherkeep.cache.entries;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Stored;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Order of an entry's last write and a point in time. An entry counts as newer if this node wrote
 * it afterwards, or if its remaining lifetime proves that another writer did; in doubt, as older.
 */
public final class VersionOrder {

  /**
   * Tolerance for clock differences between nodes that share a disk, and for late expiry in Redis.
   */
  private static final Duration DOUBT = Duration.ofMillis(250);

  /** How many values are read at once. */
  private static final int AT_ONCE = 20;

  private final Collection<Cache> caches;
  private final long since;

  /**
   * Creates the order around a point in time.
   *
   * @param since in milliseconds since 1970
   */
  public VersionOrder(Collection<Cache> caches, long since) {
    this.caches = caches;
    this.since = since;
  }

  /** The keys whose entries are not newer. */
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
    for (Cache cache : caches) {
      Optional<List<String>> ids = cache.keyspace().pattern().parse(key);
      if (ids.isPresent()) {
        long asked = System.currentTimeMillis();
        return cache
            .store()
            .find(cache.key(ids.get()))
            .map(entry -> entry.filter(found -> isNewer(cache, key, found, asked)).isPresent())
            .recover(VersionOrder::unlessUnreadable)
            .map(newer -> newer ? Optional.empty() : Optional.of(key));
      }
    }
    return Future.succeededFuture(Optional.of(key));
  }

  /** An unreadable value counts as older and is removed. */
  private static Future<Boolean> unlessUnreadable(Throwable thrown) {
    return Failure.from(thrown).code() == Code.UNREADABLE_VALUE
        ? Future.succeededFuture(false)
        : Future.failedFuture(thrown);
  }

  /**
   * A value known before the point in time was not rewritten afterwards: only its lifetime changed.
   */
  private boolean isNewer(Cache cache, String key, Stored<Document> entry, long asked) {
    String version = entry.value().version();
    return cache.near().isWrittenAfter(key, version, since)
        || (isYounger(entry.age(), Duration.ofMillis(asked - since))
            && !cache.near().isKnownBefore(key, version, since));
  }

  /**
   * Whether an entry's age proves that it was written after the point in time. An age of zero
   * proves nothing: the entry lives longer than the default, or for ever.
   *
   * @param ago time between the point in time and the request to Redis. The request counts, not the
   *     reply: a slow reply does not make an entry younger
   */
  static boolean isYounger(Duration age, Duration ago) {
    return !age.isZero() && age.plus(DOUBT).compareTo(ago) < 0;
  }
}
