package io.aetherkeep.cache;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The breakers of a node, one an origin. */
final class Breakers {

  private final CacheSettings.Loading settings;
  private final Map<String, Breaker> byName = new ConcurrentHashMap<>();

  Breakers(CacheSettings.Loading settings) {
    this.settings = settings;
  }

  Breaker of(String name) {
    return byName.computeIfAbsent(
        name,
        first ->
            new Breaker(settings.breakerFailures(), settings.breakerPause(), System::nanoTime));
  }
}
