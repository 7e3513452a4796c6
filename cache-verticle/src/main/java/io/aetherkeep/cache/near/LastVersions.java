package io.aetherkeep.cache.near;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The versions of the values that this node last wrote or forgot, by key, as many as fit, and since
 * when it knows them: a value that was known before a moment has not been written after it, and one
 * that this node wrote after it has been, whatever became of their lifetimes.
 */
final class LastVersions {

  private static final int MOST = 20_000;

  private final Map<String, Known> byKey =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MOST;
        }
      };

  /**
   * One version.
   *
   * @param written whether this node wrote it then
   */
  private record Known(String version, long since, boolean written) {}

  /**
   * Remembers a version; one that is known already stays known since then.
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
   * @param begun when it sent it, in milliseconds since 1970
   */
  synchronized void wrote(String key, String version, long begun) {
    byKey.put(key, new Known(version, begun, true));
  }

  /** Whether the key had this version before a moment. */
  synchronized boolean isKnownBefore(String key, String version, long moment) {
    Known known = byKey.get(key);
    return known != null && known.version().equals(version) && known.since() <= moment;
  }

  /** Whether this node wrote the version after a moment. */
  synchronized boolean isWrittenAfter(String key, String version, long moment) {
    Known known = byKey.get(key);
    return known != null
        && known.written()
        && known.version().equals(version)
        && known.since() > moment;
  }
}
