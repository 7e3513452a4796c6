package io.aetherkeep.cache.loading;

import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.catalogue.OriginAsks.Loaded;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Freshness lifetime of a loaded value, and how long it may be served stale (RFC 5861).
 *
 * @param lifetime how long it is fresh: zero for ever, null if it must not be stored as fresh
 * @param whileRevalidating how long after expiry it may be served while it is renewed
 * @param ifError how long after expiry it may be served while the origin fails
 */
record Freshness(@Nullable Duration lifetime, Duration whileRevalidating, Duration ifError) {

  /**
   * Applies the origin's directives, and the settings where it gives none. A value that is never
   * fresh is served stale only if the origin allows it.
   *
   * @param cut fraction of the lifetime to cut off as jitter, so that values loaded together do not
   *     expire together
   */
  static Freshness of(Loaded loaded, Duration usual, CacheSettings.Loading settings, double cut) {
    Long age = loaded.maxAgeSeconds();
    boolean never = age != null && age <= 0;
    Duration whole = age == null ? usual : Duration.ofSeconds(Math.max(0, age));
    return new Freshness(
        never ? null : whole.minusMillis((long) (whole.toMillis() * cut)),
        seconds(
            loaded.staleWhileRevalidateSeconds(),
            never ? Duration.ZERO : settings.staleWhileRevalidate()),
        seconds(loaded.staleIfErrorSeconds(), never ? Duration.ZERO : settings.staleIfError()));
  }

  private static Duration seconds(@Nullable Long seconds, Duration otherwise) {
    return seconds == null ? otherwise : Duration.ofSeconds(Math.max(0, seconds));
  }

  /** How long after expiry it may be served. */
  Duration window() {
    return whileRevalidating.compareTo(ifError) > 0 ? whileRevalidating : ifError;
  }

  /** The same lifetime, but never served stale. */
  Freshness withoutStale() {
    return new Freshness(lifetime, Duration.ZERO, Duration.ZERO);
  }
}
