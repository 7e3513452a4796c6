package io.aetherkeep.cache.near;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The versions of the values that this node last wrote or forgot, by key, as many as fit, and since
 * when it knows them: a value that was known before a moment has not been written after it,
 * whatever became of its lifetime.
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

  private record Known(String version, long since) {}

  /**
   * Remembers a version; one that is known already stays known since then.
   *
   * @param now in milliseconds since 1970
   */
  synchronized void put(String key, String version, long now) {
    Known known = byKey.get(key);
    if (known == null || !known.version().equals(version)) {
      byKey.put(key, new Known(version, now));
    }
  }

  /** Whether the key had this version before a moment. */
  synchronized boolean isKnownBefore(String key, String version, long moment) {
    Known known = byKey.get(key);
    return known != null && known.version().equals(version) && known.since() <= moment;
  }
}
