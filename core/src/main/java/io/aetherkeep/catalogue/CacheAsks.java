package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Signal;
import io.aetherkeep.document.Document;
import java.util.List;
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
   * @param staleSeconds how long ago the answering node read it, if it is the last known value
   *     while Redis is unavailable; usually null
   */
  public record Entry(
      Document value,
      long ageSeconds,
      long ttlSeconds,
      Source source,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<String> tags,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long staleSeconds) {

    public Entry {
      // An older node sends no source; its entries are from Redis.
      source = source == null ? Source.REDIS : source;
      tags = tags == null ? List.of() : List.copyOf(tags);
    }

    /** A present entry. */
    public Entry(
        Document value,
        long ageSeconds,
        long ttlSeconds,
        Source source,
        @Nullable List<String> tags) {
      this(value, ageSeconds, ttlSeconds, source, tags, null);
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
    /** In the origin, but not stored: storing is not allowed, or a newer value was written. */
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

  /** Reads up to a hundred entries, each id as {@code a} or {@code a:b}. */
  public record ReadEntries(String space, String keyspace, List<String> ids)
      implements Ask<DocumentsById> {
    public ReadEntries {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(keyspace, "keyspace");
      ids = List.copyOf(Objects.requireNonNull(ids, "ids"));
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
