package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks about a space's keyspaces and their entries: counters and lists. */
public final class CacheListAsks {

  private CacheListAsks() {}

  /** Reads the statistics of each cache keyspace. */
  public record ReadCacheStats(String space) implements Ask<CacheStats> {
    public ReadCacheStats {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * Statistics of a space's caches.
   *
   * @param since when this node started to count hits and misses
   * @param countedAt when entries and bytes were last counted in Redis, if ever
   * @param promised invalidations that this node has queued and not yet run
   */
  public record CacheStats(
      String since, @Nullable String countedAt, int promised, List<CacheRow> items) {
    public CacheStats {
      items = List.copyOf(items);
    }
  }

  /**
   * Statistics of one keyspace: the last count in Redis, and this node's counters.
   *
   * @param hits hits in the near cache and in Redis
   * @param nearHits hits in the near cache
   * @param nearBytes size of the copies in the near cache
   * @param readMillis average duration of a read from Redis
   * @param loadMillis average duration of a load from the origin
   */
  public record CacheRow(
      String keyspace,
      @Nullable Long entries,
      @Nullable Long bytes,
      long hits,
      long nearHits,
      long misses,
      long staleServes,
      long loads,
      long loadFailures,
      long nearBytes,
      long evictions,
      @Nullable Double readMillis,
      @Nullable Double loadMillis,
      @Nullable Double hitRatio) {}

  /**
   * Lists the entries of a keyspace in pages, by a scan.
   *
   * @param pattern glob of the ids, with colons between several; null for all
   * @param limit approximate size of a page: Redis decides
   */
  public record ListEntries(
      String space,
      String keyspace,
      @Nullable String pattern,
      @Nullable String cursor,
      @Nullable Integer limit)
      implements Ask<EntryList> {
    public ListEntries {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(keyspace, "keyspace");
    }
  }

  /** A page of entries, and the cursor of the next one, if there is one. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record EntryList(List<EntryRow> items, @Nullable String next) {
    public EntryList {
      items = List.copyOf(items);
    }
  }

  /** An entry in a list: its ids, and its key in Redis. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record EntryRow(
      List<String> ids, String key, String type, @Nullable Long bytes, @Nullable Long ttlSeconds) {
    public EntryRow {
      ids = List.copyOf(ids);
    }
  }
}
