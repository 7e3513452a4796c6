package io.aetherkeep.health;

import io.aetherkeep.health.node.LoopBeats;
import io.aetherkeep.health.node.Nodes;
import io.aetherkeep.health.node.RecentSamples;
import io.aetherkeep.health.provider.OutageBuffer;
import io.aetherkeep.health.redis.CanaryHealth;
import io.aetherkeep.health.redis.RedisCensus;
import io.aetherkeep.health.store.RedisProviderScan;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * State that all instances of one node share.
 *
 * @param led whether an instance already does the periodic work
 */
record SharedHealth(
    String id,
    AtomicBoolean led,
    Map<String, CanaryHealth> canaries,
    Map<String, OutageBuffer> outages,
    PerSpace<RedisProviderScan> scans,
    LoopBeats loops,
    RedisCensus census,
    RecentSamples samples,
    Nodes peers) {

  static SharedHealth of(String id, RedisAccess redis, InstantSource clock) {
    Map<String, CanaryHealth> canaries = new LinkedHashMap<>();
    Map<String, OutageBuffer> outages = new LinkedHashMap<>();
    for (Space space : redis.spaces()) {
      canaries.put(space.name(), new CanaryHealth());
      outages.put(space.name(), new OutageBuffer(clock));
    }
    return new SharedHealth(
        id,
        new AtomicBoolean(),
        canaries,
        outages,
        PerSpace.each(redis.spaces(), RedisProviderScan::new),
        new LoopBeats(),
        new RedisCensus(redis, clock),
        new RecentSamples(canaries.keySet()),
        new Nodes(id, List.copyOf(canaries.keySet()), clock));
  }
}
