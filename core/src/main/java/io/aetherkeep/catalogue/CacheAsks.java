package io.aetherkeep.catalogue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Sized;
import io.aetherkeep.document.Document;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the cache verticle answers and announces. */
public final class CacheAsks {

  private CacheAsks() {}

  /** Reads one entry; fails with {@code entry-unknown} where there is none. */
  public record ReadEntry(String space, String keyspace, List<String> ids) implements Ask<Entry> {
    public ReadEntry {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(keyspace, "keyspace");
      ids = ids == null ? List.of() : List.copyOf(ids);
    }
  }

  /**
   * An entry, its age and what it has left.
   *
   * @param ttlSeconds negative where it never ends, and of a stale one
   * @param source where it was found
   */
  public record Entry(Document value, long ageSeconds, long ttlSeconds, Source source) {

    public Entry {
      // A node that knows no better has it from Redis.
      source = source == null ? Source.REDIS : source;
    }

    /** An entry out of Redis. */
    public Entry(Document value, long ageSeconds, long ttlSeconds) {
      this(value, ageSeconds, ttlSeconds, Source.REDIS);
    }
  }

  /** Where an entry was found. */
  public enum Source {
    /** In the memory of the answering node. */
    NEAR,
    REDIS,
    /** In the system of record, asked for this reader. */
    ORIGIN,
    /** The same, and it was not stored: it may not be, or something newer came in between. */
    UNSTORED,
    /** In the system of record, asked for another reader at the same time. */
    COLLAPSED,
    /** In the system of record, past Redis, which does not answer. */
    DIRECT,
    /** It is over, and a fresh one is being fetched. */
    STALE,
    /** It is over, and the system of record does not answer. */
    STALE_ERROR,
    /** What the node last knew, for Redis does not answer. */
    STALE_OUTAGE
  }

  /**
   * Asks the origin that is declared for a keyspace: past every cache for a cache and a
   * configuration, and for what other verticles own not more often than every few seconds. Fails
   * with {@code keyspace-unknown} where none is declared and with {@code origin-unavailable} where
   * it does not answer.
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
   * What a system of record holds; no value where it holds nothing.
   *
   * @param maxAgeSeconds how long it is fresh, where that is not the keyspace's lifetime; with 0 it
   *     is not kept as fresh
   * @param staleWhileRevalidateSeconds how long after that it may be served while it is renewed,
   *     where that is not as configured
   * @param staleIfErrorSeconds how long after that it may be served while it cannot be renewed
   */
  public record Loaded(
      @Nullable Document value,
      @Nullable Long maxAgeSeconds,
      @Nullable Long staleWhileRevalidateSeconds,
      @Nullable Long staleIfErrorSeconds) {

    /** Nothing. */
    public static final Loaded NOTHING = new Loaded(null, null);

    /** A value that may be served stale as configured. */
    public Loaded(@Nullable Document value, @Nullable Long maxAgeSeconds) {
      this(value, maxAgeSeconds, null, null);
    }
  }

  /**
   * Tells the origin that is declared for {@code history} of a message that was appended. It is
   * told again, under the same key, where whoever appended has repeated that.
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

  /** The system of record has it. */
  public record AppendedToOrigin() {}

  /** Reads up to a hundred entries at once, each id as {@code a} or {@code a:b}. */
  public record ReadEntries(String space, String keyspace, List<String> ids)
      implements Ask<Entries> {
    public ReadEntries {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(keyspace, "keyspace");
      ids = List.copyOf(Objects.requireNonNull(ids, "ids"));
    }
  }

  /**
   * Many entries.
   *
   * @param unreadable those whose stored bytes are no JSON, and so cannot stand among the others;
   *     left out where there are none
   * @param omitted those that were not read, for the others are as large as one answer may be; left
   *     out where there are none
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
   * @param maxAgeSeconds its lifetime, where it is not the keyspace's
   * @param ifVersion writes only over this version, or over any where it is {@code *}
   * @param ifAbsent writes only where there is nothing
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

  /** The new version, and whether there was nothing before. */
  public record Written(String version, boolean created) {}

  /** Removes an entry; with {@code ifVersion} only that version. */
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
   * Whether there was something to remove.
   *
   * @param queued set where Redis could not take it, and it will be done when Redis is back
   */
  public record Removed(boolean removed, @Nullable Boolean queued) {

    public Removed(boolean removed) {
      this(removed, null);
    }
  }

  /**
   * Removes the entries of these ids, of a pattern, or of a tag; one of the three.
   *
   * @param keyspace may be left out with a tag, which then means all keyspaces
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
   * How many entries were meant, and how many of these were there and are gone.
   *
   * @param queued set where Redis could not take it, and it will be done when Redis is back
   */
  public record Invalidated(long matched, long removed, @Nullable Boolean queued) {

    public Invalidated(long matched, long removed) {
      this(matched, removed, null);
    }
  }

  /** Begins an invalidation, whose progress can then be asked for. */
  public record StartInvalidation(InvalidateEntries what) implements Ask<InvalidationProgress> {

    public StartInvalidation {
      Objects.requireNonNull(what, "what");
    }
  }

  /** Asks how far an invalidation is that some node began in the last hour. */
  public record ReadInvalidation(String space, String id) implements Ask<InvalidationProgress> {

    public ReadInvalidation {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * How far an invalidation is.
   *
   * @param state {@code running}, {@code queued} where it failed and is tried again, {@code done}
   *     or {@code failed}
   * @param error the code of the last failure
   */
  public record InvalidationProgress(
      String id, String state, long matched, long removed, @Nullable String error) {}

  /** Asks for a row a keyspace. */
  public record ReadCacheStats(String space) implements Ask<CacheStats> {
    public ReadCacheStats {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * The caches of a space.
   *
   * @param since when this node began to count hits and misses
   * @param countedAt when entries and bytes were last counted in Redis, if they ever were
   * @param promised invalidations that this node has promised and not made yet
   */
  public record CacheStats(
      String since, @Nullable String countedAt, int promised, List<CacheRow> items) {
    public CacheStats {
      items = List.copyOf(items);
    }
  }

  /**
   * One keyspace: what Redis holds once it was counted, and what this node served.
   *
   * @param hits in this node's memory and in Redis
   * @param nearHits those in this node's memory
   * @param nearBytes what its copies weigh there
   * @param readMillis how long Redis takes on average
   * @param loadMillis how long the origin takes on average
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

  /** Entries were written over or removed; readers that keep copies drop them. */
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
}
