package io.aetherkeep.cache.near;

import io.aetherkeep.collection.BoundedMap;
import java.util.Map;

/**
 * Bounded memory of value versions that this node last wrote or dropped, by key, with the time of
 * each. It tells apart a rewritten value from one whose lifetime alone changed.
 */
final class LastVersions {

  private static final int MOST = 20_000;

  private final Map<String, Known> byKey = BoundedMap.byUse(MOST);

  /**
   * A version and its time.
   *
   * @param written whether this node wrote the version at that time
   */
  private record Known(String version, long since, boolean written) {}

  /**
   * Remembers a version; keeps the earlier time of a version that is known already.
   *
   * @param now in milliseconds since 1970
   */
  synchronized void put(String key, String version, long now) {
    Known known = byKey.get(key);
    if (known == null || !known.version().equals(version)) {
      byKey.put(key, new Known(version, now, false));
    }
  }

  /**
   * Remembers that this node wrote a version.
   *
   * @param begun time at which this node sent it, in milliseconds since 1970
   */
  synchronized void recordWrite(String key, String version, long begun) {
    byKey.put(key, new Known(version, begun, true));
  }

  /** Whether the key had this version at or before a point in time. */
  synchronized boolean isKnownBefore(String key, String version, long moment) {
    Known known = byKey.get(key);
    return known != null && known.version().equals(version) && known.since() <= moment;
  }

  /** Whether this node wrote the version after a point in time. */
  synchronized boolean isWrittenAfter(String key, String version, long moment) {
    Known known = byKey.get(key);
    return known != null
        && known.written()
        && known.version().equals(version)
        && known.since() > moment;
  }
}
