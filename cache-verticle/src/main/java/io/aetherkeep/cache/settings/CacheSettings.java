package io.aetherkeep.cache.settings;

import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.settings.Reloadable;
import java.time.Duration;
import java.util.Map;

/**
 * Settings of the cache verticle.
 *
 * @param rules settings of loads, which can change while the node runs
 */
public record CacheSettings(
    Near near, Reloadable<Loading> rules, Postgres postgres, Map<String, Declarations> origins) {

  public CacheSettings {
    origins = Map.copyOf(origins);
  }

  public CacheSettings(
      Near near, Loading loading, Postgres postgres, Map<String, Declarations> origins) {
    this(near, Reloadable.of(loading), postgres, origins);
  }

  /** Returns the settings of loads now. */
  public Loading loading() {
    return rules.value();
  }

  /**
   * Settings of loads from origins.
   *
   * @param softTimeout how long a reader waits for a fresh value if a stale one exists
   * @param hardTimeout time limit of a load
   * @param patience how long a reader waits if no stale value exists
   * @param staleWhileRevalidate how long after expiry a value is served while it is renewed
   * @param staleIfError how long after expiry a value is served while the origin fails
   * @param absentFor how long it is cached that the origin has no such entry
   * @param failedFor how long after a failed load the origin is not asked for the entry again
   * @param jitterPercent maximum percentage by which a lifetime is shortened at random
   * @param refreshAheadPercent remaining percentage of an entry's lifetime below which a read
   *     renews it
   * @param breakerFailures number of failures in a row that open the circuit breaker
   * @param breakerPause how long the circuit breaker stays open
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

    /** How long after expiry a value may be served. */
    public Duration staleFor() {
      return staleIfError.compareTo(staleWhileRevalidate) > 0 ? staleIfError : staleWhileRevalidate;
    }
  }

  /**
   * Connection to PostgreSQL.
   *
   * @param url {@code postgresql://user:password@host:5432/database}, empty to use none
   * @param poolSize connections of each event loop
   */
  public record Postgres(String url, int poolSize) {

    /** Omits the URL, which contains the password. */
    @Override
    public String toString() {
      return "Postgres[poolSize=" + poolSize + "]";
    }
  }

  /**
   * The origins of a space.
   *
   * @param tables system whose tables are built-in origins
   * @param schema schema of these tables; empty to use none
   * @param byKeyspace {@code bus}, {@code none}, {@code tables}, a URL or a query, by keyspace
   */
  public record Declarations(Dialect tables, String schema, Map<String, String> byKeyspace) {

    public Declarations {
      byKeyspace = Map.copyOf(byKeyspace);
    }
  }

  /**
   * Settings of the near caches.
   *
   * @param size maximum total size in bytes; 0 to keep no copies
   * @param blindTtl lifetime of a copy if Redis does not support tracking
   * @param outage how long the last known values are served, marked stale, while Redis is
   *     unavailable
   * @param recheck age at which a copy is read again although Redis reported no change
   */
  public record Near(int size, Duration blindTtl, Duration outage, Duration recheck) {}

  /** The default settings. */
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
