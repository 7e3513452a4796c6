package io.aetherkeep.catalogue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events about the removal of many cache entries. */
public final class InvalidationAsks {

  private InvalidationAsks() {}

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
}
