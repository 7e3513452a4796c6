package io.aetherkeep.cache.settings;

import java.time.Duration;

/**
 * Settings of one near cache.
 *
 * @param prefix prefix of the space's keys
 * @param largest maximum size of a value to keep a copy of
 * @param blindTtl lifetime of a copy if Redis does not support tracking
 * @param outage how long the last known values are served while Redis is unavailable
 * @param recheck lifetime of a copy if tracking works, because tracking does not report every
 *     change
 */
public record NearSettings(
    String prefix, int largest, Duration blindTtl, Duration outage, Duration recheck) {

  public String withoutPrefix(String key) {
    return key.startsWith(prefix) ? key.substring(prefix.length()) : key;
  }
}
