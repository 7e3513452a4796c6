package io.aetherkeep.cache.settings;

import java.time.Duration;

/**
 * What a near cache needs to know.
 *
 * @param prefix what stands before the space's keys
 * @param largest the largest value of which a copy is kept
 * @param blindTtl how long a copy is good where Redis does not tell of changes
 * @param outage how long after Redis was lost the last known values are still something to show
 * @param recheck how long a copy is good where Redis tells of changes, for it does not tell of all
 */
public record NearSettings(
    String prefix, int largest, Duration blindTtl, Duration outage, Duration recheck) {

  public String withoutPrefix(String key) {
    return key.startsWith(prefix) ? key.substring(prefix.length()) : key;
  }
}
