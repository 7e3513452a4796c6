package io.aetherkeep.cache;

import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the instances of one node have counted together, which its meters show too. */
final class CacheLedger {

  private final Instant since = Instant.now();
  private final Map<String, CacheCounts> counts = new ConcurrentHashMap<>();
  private final Map<String, Census> censuses = new ConcurrentHashMap<>();
  private final MeterRegistry meters;

  CacheLedger(MeterRegistry meters) {
    this.meters = meters;
  }

  Instant since() {
    return since;
  }

  CacheCounts counts(Space space, Keyspace<?> keyspace) {
    return counts.computeIfAbsent(
        space.name() + "/" + keyspace.name(),
        first -> CacheMeters.show(new CacheCounts(), space.name(), keyspace.name(), meters));
  }

  Census census(String space) {
    return censuses.computeIfAbsent(space, first -> new Census());
  }
}
