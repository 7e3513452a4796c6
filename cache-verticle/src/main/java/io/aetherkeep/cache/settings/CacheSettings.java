package io.aetherkeep.cache.settings;

import io.aetherkeep.keyspace.Dialect;
import java.time.Duration;
import java.util.Map;

/** What the cache verticle needs to know. */
public record CacheSettings(
    Near near, Loading loading, Postgres postgres, Map<String, Declarations> origins) {

  public CacheSettings {
    origins = Map.copyOf(origins);
  }

  /**
   * How entries are loaded from their origins.
   *
   * @param softTimeout how long a reader waits for a fresh value who could have a stale one
   * @param hardTimeout how long a load may take
   * @param patience how long a reader waits who could not
   * @param staleWhileRevalidate for how long after its end a value is served while it is renewed
   * @param staleIfError for how long after its end it is served while the origin fails
   * @param absentFor how long it is remembered that there is nothing
   * @param failedFor how long an origin that failed for an entry is not asked for it again
   * @param jitterPercent by how much a lifetime may be cut short
   * @param refreshAheadPercent a read in this last part of an entry's life renews it
   * @param breakerFailures how many failures in a row keep an origin from being asked
   * @param breakerPause and for how long
   */
  public record Loading(
      Duration softTimeout,
      Duration hardTimeout,
      Duration patience,
      Duration staleWhileRevalidate,
      Duration staleIfError,
      Duration absentFor,
      Duration failedFor,
      int jitterPercent,
      int refreshAheadPercent,
      int breakerFailures,
      Duration breakerPause) {

    /** For how long after its end a value may still be served. */
    public Duration staleFor() {
      return staleIfError.compareTo(staleWhileRevalidate) > 0 ? staleIfError : staleWhileRevalidate;
    }
  }

  /**
   * Where the tables are.
   *
   * @param url {@code postgresql://user:password@host:5432/database}, empty where there is none
   * @param poolSize how many connections an event loop has
   */
  public record Postgres(String url, int poolSize) {

    /** Without the URL, which holds the password. */
    @Override
    public String toString() {
      return "Postgres[poolSize=" + poolSize + "]";
    }
  }

  /**
   * The origins of a space.
   *
   * @param tables whose tables are ready-made origins, and the schema they are in; none if empty
   * @param byKeyspace {@code bus}, {@code none}, {@code tables}, a URL or a query, for single
   *     keyspaces
   */
  public record Declarations(Dialect tables, String schema, Map<String, String> byKeyspace) {

    public Declarations {
      byKeyspace = Map.copyOf(byKeyspace);
    }
  }

  /**
   * The copies in this JVM's memory.
   *
   * @param size how many bytes they take in all; 0 for none
   * @param blindTtl how long one is good where Redis cannot tell of changes
   * @param outage how long the last known values are served, marked stale, while Redis is gone
   * @param recheck after how long a copy is compared with Redis though it told of no change
   */
  public record Near(int size, Duration blindTtl, Duration outage, Duration recheck) {}

  /** The usual settings. */
  public static CacheSettings usual() {
    return new CacheSettings(
        new Near(64 << 20, Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(30)),
        new Loading(
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofMillis(900),
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            10,
            10,
            5,
            Duration.ofSeconds(5)),
        new Postgres("", 4),
        Map.of());
  }
}
