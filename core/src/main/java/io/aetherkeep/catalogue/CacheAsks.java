package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Signal;
import io.aetherkeep.bus.Sized;
import io.aetherkeep.document.Document;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events of the cache verticle. */
public final class CacheAsks {

  private CacheAsks() {}

  /** Reads an entry; fails with {@code entry-unknown} if it does not exist. */
  public record ReadEntry(String space, String keyspace, List<String> ids) implements Ask<Entry> {
    public ReadEntry {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(keyspace, "keyspace");
      ids = ids == null ? List.of() : List.copyOf(ids);
    }
  }

  /**
   * An entry, with its age and remaining lifetime.
   *
   * @param ttlSeconds negative if it never expires, and for a stale value
   * @param source where it was found
   * @param tags the tags that it was written with; absent if it has none, or they are unknown
   */
  public record Entry(
      Document value,
      long ageSeconds,
      long ttlSeconds,
      Source source,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<String> tags) {

    public Entry {
      // An older node sends no source; its entries are from Redis.
      source = source == null ? Source.REDIS : source;
      tags = tags == null ? List.of() : List.copyOf(tags);
    }

    /** An entry without tags. */
    public Entry(Document value, long ageSeconds, long ttlSeconds, Source source) {
      this(value, ageSeconds, ttlSeconds, source, null);
    }

    /** An entry from Redis. */
    public Entry(Document value, long ageSeconds, long ttlSeconds) {
      this(value, ageSeconds, ttlSeconds, Source.REDIS);
    }
  }

  /** Where an entry was found. */
  public enum Source {
    /** In the answering node's near cache. */
    NEAR,
    REDIS,
    /** In the origin, loaded for this reader. */
    ORIGIN,
    /** In the origin, but not stored: that is not allowed, or a newer value came in between. */
    UNSTORED,
    /** In the origin, by a load that another reader had started. */
    COLLAPSED,
    /** In the origin, while Redis is unavailable. */
    DIRECT,
    /** Expired, and a fresh value is being loaded. */
    STALE,
    /** Expired, and the origin fails. */
    STALE_ERROR,
    /** In the near cache, while Redis is unavailable: the last known value. */
    STALE_OUTAGE
  }

  /**
   * Reads the declared origin of a keyspace. For a cache and a configuration it bypasses every
   * cache; keyspaces of other verticles are cached for a few seconds. Fails with {@code
   * keyspace-unknown} if no origin is declared, and with {@code origin-unavailable} if it does not
   * answer.
   */
  public record LoadFromOrigin(String space, String keyspace, List<String> ids)
      implements Ask<Loaded> {

    public LoadFromOrigin {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(keyspace, "keyspace");
      ids = ids == null ? List.of() : List.copyOf(ids);
    }
  }

  /**
   * A value of a system of record, or no value if it has none.
   *
   * @param maxAgeSeconds freshness lifetime, if not the keyspace's; 0 if it must not be stored as
   *     fresh
   * @param staleWhileRevalidateSeconds how long after that it may be served while it is renewed, if
   *     not as configured
   * @param staleIfErrorSeconds how long after that it may be served while the origin fails, if not
   *     as configured
   */
  public record Loaded(
      @Nullable Document value,
      @Nullable Long maxAgeSeconds,
      @Nullable Long staleWhileRevalidateSeconds,
      @Nullable Long staleIfErrorSeconds) {

    /** No value. */
    public static final Loaded NOTHING = new Loaded(null, null);

    /** A value that may be served stale as configured. */
    public Loaded(@Nullable Document value, @Nullable Long maxAgeSeconds) {
      this(value, maxAgeSeconds, null, null);
    }

    /** The same answer with another form of its value. */
    public Loaded withValue(Document other) {
      return new Loaded(other, maxAgeSeconds, staleWhileRevalidateSeconds, staleIfErrorSeconds);
    }
  }

  /**
   * Sends an appended message to the declared origin of {@code history}. A repeated append is sent
   * again, under the same idempotency key.
   *
   * @param key the idempotency key, if there is one
   */
  public record AppendToOrigin(
      String space, String keyspace, String id, Document value, @Nullable String key)
      implements Ask<AppendedToOrigin> {
    public AppendToOrigin {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(keyspace, "keyspace");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(value, "value");
    }
  }

  /** The system of record has stored the message. */
  public record AppendedToOrigin() {}

  /** Reads up to a hundred entries, each id as {@code a} or {@code a:b}. */
  public record ReadEntries(String space, String keyspace, List<String> ids)
      implements Ask<Entries> {
    public ReadEntries {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(keyspace, "keyspace");
      ids = List.copyOf(Objects.requireNonNull(ids, "ids"));
    }
  }

  /**
   * Several entries.
   *
   * @param unreadable ids whose stored value is not JSON; absent if there are none
   * @param omitted ids that were not read, because the answer has its maximum size; absent if there
   *     are none
   */
  public record Entries(
      Map<String, Document> found,
      List<String> missing,
      @Nullable List<String> unreadable,
      @Nullable List<String> omitted)
      implements Sized {

    public Entries {
      found = Collections.unmodifiableMap(new LinkedHashMap<>(found));
      missing = List.copyOf(missing);
      unreadable = unreadable == null || unreadable.isEmpty() ? null : List.copyOf(unreadable);
      omitted = omitted == null || omitted.isEmpty() ? null : List.copyOf(omitted);
    }

    @Override
    public int documentBytes() {
      return found.values().stream().mapToInt(Document::length).sum();
    }
  }

  /**
   * Writes an entry.
   *
   * @param maxAgeSeconds its lifetime, if not the keyspace's
   * @param ifVersion overwrites only this version, or any existing one if it is {@code *}
   * @param ifAbsent writes only if no entry exists
   */
  public record WriteEntry(
      String space,
      String keyspace,
      List<String> ids,
      Document value,
      @Nullable Long maxAgeSeconds,
      List<String> tags,
      @Nullable String ifVersion,
      boolean ifAbsent)
      implements Ask<Written> {
    public WriteEntry {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(keyspace, "keyspace");
      Objects.requireNonNull(value, "value");
      ids = ids == null ? List.of() : List.copyOf(ids);
      tags = tags == null ? List.of() : List.copyOf(tags);
    }
  }

  /** The new version, and whether no entry existed before. */
  public record Written(String version, boolean created) {}

  /** Removes an entry; with {@code ifVersion}, only that version. */
  public record RemoveEntry(
      String space, String keyspace, List<String> ids, @Nullable String ifVersion)
      implements Ask<Removed> {
    public RemoveEntry {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(keyspace, "keyspace");
      ids = ids == null ? List.of() : List.copyOf(ids);
    }
  }

  /**
   * Whether an entry existed.
   *
   * @param queued set if Redis is unavailable and the removal was queued
   */
  public record Removed(boolean removed, @Nullable Boolean queued) {

    public Removed(boolean removed) {
      this(removed, null);
    }
  }

  /**
   * Invalidates entries by ids, by a pattern or by a tag: exactly one of the three.
   *
   * @param keyspace optional with a tag, which then applies to all keyspaces
   * @param dryRun only counts
   */
  public record InvalidateEntries(
      String space,
      @Nullable String keyspace,
      @Nullable List<String> ids,
      @Nullable String pattern,
      @Nullable String tag,
      boolean dryRun)
      implements Ask<Invalidated> {
    public InvalidateEntries {
      Objects.requireNonNull(space, "space");
      ids = ids == null ? null : List.copyOf(ids);
    }
  }

  /**
   * How many entries matched, and how many were removed.
   *
   * @param queued set if Redis is unavailable and the invalidation was queued
   */
  public record Invalidated(long matched, long removed, @Nullable Boolean queued) {

    public Invalidated(long matched, long removed) {
      this(matched, removed, null);
    }
  }

  /** Starts an invalidation in the background; its progress can be read. */
  public record StartInvalidation(InvalidateEntries what) implements Ask<InvalidationProgress> {

    public StartInvalidation {
      Objects.requireNonNull(what, "what");
    }
  }

  /** Reads the progress of an invalidation that any node started in the last hour. */
  public record ReadInvalidation(String space, String id) implements Ask<InvalidationProgress> {

    public ReadInvalidation {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * Progress of an invalidation.
   *
   * @param state {@code running}, {@code queued} if it failed and will be retried, {@code done} or
   *     {@code failed}
   * @param error code of the last failure
   */
  public record InvalidationProgress(
      String id, String state, long matched, long removed, @Nullable String error) {}

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
   * @param promised invalidations that this node has promised and not yet run
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

  /** Entries were overwritten or removed; clients that keep copies must drop them. */
  public record CacheInvalidated(
      String space,
      @Nullable String keyspace,
      @Nullable List<String> ids,
      @Nullable String pattern,
      @Nullable String tag,
      long removed)
      implements Event {
    public CacheInvalidated {
      Objects.requireNonNull(space, "space");
      ids = ids == null ? null : List.copyOf(ids);
    }
  }

  /** A client of this node watches an entry: {@link EntryHeard} follows each change of it. */
  public record EntryWatched(String space, String keyspace, List<String> ids) implements Signal {
    public EntryWatched {
      ids = List.copyOf(ids);
    }
  }

  /** Redis reported a change of a watched entry by any writer. */
  public record EntryHeard(String space, String keyspace, List<String> ids) implements Signal {
    public EntryHeard {
      ids = List.copyOf(ids);
    }
  }

  /** Reports from Redis may have been missed: any entry of the space may have changed. */
  public record EntriesMissed(String space) implements Signal {}
}
