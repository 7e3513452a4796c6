package io.aetherkeep.cache.loading;

import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.catalogue.CacheAsks.Loaded;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a loaded value may be kept and served.
 *
 * @param lifetime how long it is fresh: zero for ever, null where it must not be kept as fresh
 * @param whileRevalidating how long after that it may be served at once while it is renewed
 * @param ifError how long after that it may be served while it cannot be renewed
 */
record Freshness(@Nullable Duration lifetime, Duration whileRevalidating, Duration ifError) {

  /**
   * What the origin says, and what is configured where it says nothing. A value that is never fresh
   * is served stale only if the origin says so.
   *
   * @param cut the part of its lifetime by which it is cut short, so that what was loaded together
   *     does not end together
   */
  static Freshness of(Loaded loaded, Duration usual, CacheSettings.Loading settings, double cut) {
    Long age = loaded.maxAgeSeconds();
    boolean never = age != null && age <= 0;
    Duration whole = age == null ? usual : Duration.ofSeconds(Math.max(0, age));
    return new Freshness(
        never ? null : whole.minusMillis((long) (whole.toMillis() * cut)),
        said(
            loaded.staleWhileRevalidateSeconds(),
            never ? Duration.ZERO : settings.staleWhileRevalidate()),
        said(loaded.staleIfErrorSeconds(), never ? Duration.ZERO : settings.staleIfError()));
  }

  private static Duration said(@Nullable Long seconds, Duration otherwise) {
    return seconds == null ? otherwise : Duration.ofSeconds(Math.max(0, seconds));
  }

  /** Never served stale. */
  Freshness withoutStale() {
    return new Freshness(lifetime, Duration.ZERO, Duration.ZERO);
  }
}
