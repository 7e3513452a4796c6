package io.aetherkeep.cache.near;

import io.aetherkeep.cache.index.Tags;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Stored;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Near cache copy of an entry; times are {@link System#nanoTime} values. */
public final class Copy {

  /** Estimated overhead of a copy in bytes: objects, the key, the cache's own nodes. */
  private static final int OVERHEAD = 320;

  private static final long CENTURY = TimeUnit.DAYS.toNanos(36_500);

  private final Document value;
  private final @Nullable String label;
  private final CacheCounts counts;
  private final boolean endless;
  private final long readAt;
  private final long writtenAt;
  private final long endsAt;
  private final long goodUntil;
  private final long knownUntil;

  /**
   * Creates a copy of a value in Redis.
   *
   * @param now a moment before Redis was asked
   * @param goodFor how long it may be served before Redis is asked again
   * @param knownFor how long after that it may be served as the last known value
   */
  Copy(Stored<Document> stored, CacheCounts counts, long now, Duration goodFor, Duration knownFor) {
    this.value = stored.value().compact();
    this.label = stored.label();
    this.counts = counts;
    this.endless = stored.remaining().isNegative();
    this.readAt = now;
    this.writtenAt = now - nanos(stored.age());
    this.endsAt = now + (endless ? CENTURY : nanos(stored.remaining()));
    this.goodUntil = Math.min(endsAt - now, nanos(goodFor)) + now;
    this.knownUntil = Math.min(endsAt - now, nanos(goodFor) + nanos(knownFor)) + now;
  }

  private static long nanos(Duration duration) {
    return duration.compareTo(Duration.ofDays(36_500)) > 0 ? CENTURY : duration.toNanos();
  }

  boolean isGood(long now) {
    return now - goodUntil < 0;
  }

  /** Whether it may be served as the last known value. */
  boolean isKnown(long now) {
    return now - knownUntil < 0;
  }

  /** The remaining fraction of the lifetime, from 1 down to 0. */
  public double left(long now) {
    return endless ? 1 : (double) (endsAt - now) / Math.max(1, endsAt - writtenAt);
  }

  public Entry entry(long now, Source source) {
    long left = endless ? -1 : seconds(endsAt - now);
    Long stale = source == Source.STALE_OUTAGE ? seconds(now - readAt) : null;
    return new Entry(value, seconds(now - writtenAt), left, source, Tags.of(label), stale);
  }

  private static long seconds(long nanos) {
    return Math.max(0, TimeUnit.NANOSECONDS.toSeconds(nanos));
  }

  public Document value() {
    return value;
  }

  CacheCounts counts() {
    return counts;
  }

  /** Whether it carries a tag; also true if its tags are unknown. */
  boolean mayCarry(String tag) {
    return label == null || (!label.isEmpty() && Tags.carries(label, tag));
  }

  int weight() {
    return value.length() + (label == null ? 0 : label.length()) + OVERHEAD;
  }
}
