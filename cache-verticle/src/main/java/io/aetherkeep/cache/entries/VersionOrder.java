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
 * Order of an entry's versions against a point in time: whether an entry was surely written after
 * it, by this node or, as far as the entry's lifetime tells, by another writer. In doubt it was
 * written before.
 */
public final class VersionOrder {

  /** So far the clocks of two nodes with one disk may differ, and so late may Redis expire. */
  private static final Duration DOUBT = Duration.ofMillis(250);

  /** So many values are looked at at once. */
  private static final int AT_ONCE = 20;

  private final Collection<Cache> caches;
  private final long since;

  /**
   * Those that were written after a moment.
   *
   * @param since in milliseconds since 1970
   */
  public VersionOrder(Collection<Cache> caches, long since) {
    this.caches = caches;
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

  /** What nobody can read can be removed. */
  private static Future<Boolean> unlessUnreadable(Throwable thrown) {
    return Failure.from(thrown).code() == Code.UNREADABLE_VALUE
        ? Future.succeededFuture(false)
        : Future.failedFuture(thrown);
  }

  /** A value that was known before the moment has got another lifetime and not been written. */
  private boolean isNewer(Cache cache, String key, Stored<Document> entry, long asked) {
    String version = entry.value().version();
    return cache.near().isWrittenAfter(key, version, since)
        || (isYounger(entry.age(), Duration.ofMillis(asked - since))
            && !cache.near().isKnownBefore(key, version, since));
  }

  /**
   * Whether an entry's age shows that it was written after the moment. An age of nothing says
   * nothing: the entry lives for longer than is usual, or for ever.
   *
   * @param ago how long ago the moment was when Redis was asked for the entry, not when it
   *     answered: a slow answer makes no entry younger
   */
  static boolean isYounger(Duration age, Duration ago) {
    return !age.isZero() && age.plus(DOUBT).compareTo(ago) < 0;
  }
}
