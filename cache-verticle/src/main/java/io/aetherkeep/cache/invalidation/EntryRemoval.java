package io.aetherkeep.cache.invalidation;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.entries.Cache;
import io.aetherkeep.cache.entries.CacheSpace;
import io.aetherkeep.cache.entries.Caches;
import io.aetherkeep.cache.entries.Limits;
import io.aetherkeep.cache.index.KeyScan;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.keyspace.Glob;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.KeyPattern;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Removal of cache entries by their ids, by a pattern of ids, or by a tag. */
public final class EntryRemoval {

  private static final int MOST_IDS = 1000;

  private final Caches caches;

  EntryRemoval(Caches caches) {
    this.caches = caches;
  }

  Future<InvalidationCount> run(InvalidateEntries ask, InvalidationCount tally) {
    if (ask.tag() != null) {
      return byTag(ask, ask.tag(), tally);
    }
    if (ask.keyspace() == null) {
      throw Failure.of(Code.INVALID_BODY, "'keyspace' is missing");
    }
    Cache cache = caches.find(ask.space(), ask.keyspace());
    return ask.pattern() != null
        ? byPattern(cache, ask.pattern(), tally)
        : byIds(cache, Objects.requireNonNull(ask.ids()), tally);
  }

  static void requireOneWay(InvalidateEntries ask) {
    long ways = Stream.of(ask.ids(), ask.pattern(), ask.tag()).filter(Objects::nonNull).count();
    if (ways != 1) {
      throw Failure.of(Code.INVALID_BODY, "Send exactly one of 'ids', 'pattern' and 'tag'");
    }
  }

  private static Future<InvalidationCount> byIds(
      Cache cache, List<String> ids, InvalidationCount tally) {
    if (ids.isEmpty() || ids.size() > MOST_IDS) {
      throw Failure.of(Code.INVALID_BODY, "'ids' must name 1 to " + MOST_IDS + " entries");
    }
    List<String> keys = ids.stream().distinct().map(cache::keyOf).map(Key::text).toList();
    if (!tally.isDry()) {
      keys.forEach(cache.near()::forget);
    }
    return tally.take(keys);
  }

  private static Future<InvalidationCount> byPattern(
      Cache cache, String typed, InvalidationCount tally) {
    KeyPattern pattern = cache.keyspace().pattern();
    List<Glob> globs = globs(pattern, typed);
    Predicate<String> isMeant = key -> pattern.matches(key, globs);
    if (!tally.isDry()) {
      cache.near().forgetIf(isMeant);
    }
    KeyScan keys = cache.space().keys();
    // Loads first: a load that has left the index has stored its value before the scan begins.
    return keys.walkLoads(
            cache.keyspace().name(), batch -> tally.removeCompanions(filtered(batch, isMeant)))
        .compose(
            ended ->
                keys.scanWithCompanions(
                    pattern.glob(globs),
                    batch ->
                        tally
                            .removeCompanions(filtered(batch.beside(), isMeant))
                            .compose(beside -> tally.take(filtered(batch.entries(), isMeant)))))
        .map(walked -> tally);
  }

  private static List<String> filtered(List<String> keys, Predicate<String> isMeant) {
    return keys.stream().filter(isMeant).toList();
  }

  /** One glob for each variable, so that none matches across separators. */
  public static List<Glob> globs(KeyPattern pattern, String typed) {
    int variables = pattern.variables().size();
    String[] parts = typed.split(":", -1);
    if (parts.length != variables) {
      throw Failure.of(
          Code.INVALID_PATTERN,
          variables == 0
              ? "This keyspace has a single entry without ids"
              : "The pattern must have the form " + String.join(":", pattern.variables()));
    }
    return Stream.of(parts).map(Glob::of).toList();
  }

  private Future<InvalidationCount> byTag(
      InvalidateEntries ask, String tag, InvalidationCount tally) {
    Limits.checkTag(tag);
    Collection<Cache> all = caches.of(ask.space());
    Collection<Cache> meant =
        ask.keyspace() == null ? all : List.of(caches.find(ask.space(), ask.keyspace()));
    CacheSpace space = caches.space(ask.space());
    Predicate<String> isMeant =
        key -> meant.stream().anyMatch(s -> s.keyspace().pattern().parse(key).isPresent());
    if (!tally.isDry()) {
      space.near().forgetTagged(tag, isMeant);
    }
    return space
        .tags()
        .walk(
            tag,
            batch -> {
              List<String> keys = filtered(batch, isMeant);
              return keys.isEmpty()
                  ? Future.succeededFuture()
                  : space.tags().carrying(tag, keys).compose(tally::take);
            })
        .map(walked -> tally);
  }
}
