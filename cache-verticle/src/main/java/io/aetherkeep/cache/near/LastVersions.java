package io.aetherkeep.cache.near;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The versions of the values that this node last wrote or forgot, by key, as many as fit: a value
 * of the same version is no newer one, whatever became of its lifetime.
 */
final class LastVersions {

  private static final int MOST = 20_000;

  private final Map<String, String> byKey =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST;
        }
      };

  synchronized void put(String key, String version) {
    byKey.put(key, version);
  }

  synchronized @Nullable String find(String key) {
    return byKey.get(key);
  }
}
