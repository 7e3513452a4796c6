package io.aetherkeep.cache;

import java.time.Duration;

/** What the cache verticle needs to know. */
public record CacheSettings(Near near) {

  /**
   * The copies in this JVM's memory.
   *
   * @param size how many bytes they take in all; 0 for none
   * @param blindTtl how long one is good where Redis cannot tell of changes
   * @param outage how long the last known values are served, marked stale, while Redis is gone
   */
  public record Near(int size, Duration blindTtl, Duration outage) {}

  /** The usual settings. */
  public static CacheSettings usual() {
    return new CacheSettings(new Near(64 << 20, Duration.ofSeconds(1), Duration.ofSeconds(60)));
  }
}
