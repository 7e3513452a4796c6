package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.entries.Cache;
import io.aetherkeep.cache.entries.Caches;
import io.aetherkeep.cache.invalidation.EntryRemoval;
import io.aetherkeep.catalogue.CacheListAsks.EntryList;
import io.aetherkeep.catalogue.CacheListAsks.EntryRow;
import io.aetherkeep.catalogue.CacheListAsks.ListEntries;
import io.aetherkeep.catalogue.OverviewAsks.RedisKey;
import io.aetherkeep.keyspace.Glob;
import io.aetherkeep.keyspace.KeyPattern;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Listing of a cache keyspace's entries in pages, by a scan with a bounded number of steps. */
final class EntryListing {

  private static final int USUAL = 100;
  private static final int MOST = 1000;

  private final Caches caches;

  EntryListing(Caches caches) {
    this.caches = caches;
  }

  Future<EntryList> read(ListEntries ask) {
    Cache cache = caches.find(ask.space(), ask.keyspace());
    KeyPattern pattern = cache.keyspace().pattern();
    List<Glob> globs = globs(pattern, ask.pattern());
    return cache
        .space()
        .keys()
        .page(pattern.glob(globs), ask.cursor(), limit(ask.limit()))
        .compose(
            page -> {
              List<String> meant =
                  page.keys().stream().filter(key -> pattern.matches(key, globs)).toList();
              return cache
                  .space()
                  .keys()
                  .facts(meant)
                  .map(
                      facts ->
                          new EntryList(
                              facts.stream().map(fact -> row(pattern, fact)).toList(),
                              page.next()));
            });
  }

  private static List<Glob> globs(KeyPattern pattern, @Nullable String typed) {
    return typed == null
        ? Collections.nCopies(pattern.variables().size(), Glob.of("*"))
        : EntryRemoval.globs(pattern, typed);
  }

  private static EntryRow row(KeyPattern pattern, RedisKey fact) {
    return new EntryRow(
        pattern.parse(fact.key()).orElse(List.of()),
        fact.key(),
        fact.type(),
        fact.bytes(),
        fact.ttlSeconds());
  }

  private static int limit(@Nullable Integer limit) {
    if (limit != null && (limit < 1 || limit > MOST)) {
      throw Failure.of(Code.INVALID_PARAMETER, "limit must be a whole number from 1 to " + MOST);
    }
    return limit == null ? USUAL : limit;
  }
}
