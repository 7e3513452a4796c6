package io.aetherkeep.cache.origin;

import io.aetherkeep.cache.settings.CacheSettings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Circuit breakers of a node, one for each origin. */
public final class Breakers {

  private final CacheSettings.Loading settings;
  private final Map<String, Breaker> byName = new ConcurrentHashMap<>();

  public Breakers(CacheSettings.Loading settings) {
    this.settings = settings;
  }

  public Breaker of(String name) {
    return byName.computeIfAbsent(
        name,
        first ->
            new Breaker(settings.breakerFailures(), settings.breakerPause(), System::nanoTime));
  }
}
