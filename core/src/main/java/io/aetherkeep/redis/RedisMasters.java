package io.aetherkeep.redis;

import io.aetherkeep.redis.cluster.RedisTopology;
import io.aetherkeep.redis.sentinel.RedisMaster;
import io.aetherkeep.redis.target.RedisSentinels;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Observers of the masters that Sentinels and clusters report, on one event loop. */
final class RedisMasters extends VerticleBase {

  private final Map<RedisSentinels, RedisMaster> masters = new LinkedHashMap<>();

  /** Topologies by address and credentials of a cluster. */
  private final Map<List<Object>, RedisTopology> clusters = new LinkedHashMap<>();

  RedisMasters(Vertx vertx, Collection<RedisTarget> targets) {
    for (RedisTarget target : targets) {
      RedisSentinels sentinels = target.sentinels();
      if (sentinels != null) {
        masters.computeIfAbsent(sentinels, first -> new RedisMaster(vertx, target));
      } else if (target.isCluster()) {
        clusters.computeIfAbsent(place(target), first -> new RedisTopology(vertx, target));
      }
    }
  }

  private static List<Object> place(RedisTarget target) {
    return List.of(target.url(), target.cluster());
  }

  boolean isEmpty() {
    return masters.isEmpty() && clusters.isEmpty();
  }

  /** The cluster of a target; null for a single server. */
  @Nullable RedisTopology cluster(RedisTarget target) {
    return clusters.get(place(target));
  }

  /** The master that Sentinels report for a target; null where the URL has the address. */
  @Nullable RedisMaster of(RedisTarget target) {
    return target.sentinels() == null ? null : masters.get(target.sentinels());
  }

  long changes() {
    return masters.values().stream().mapToLong(RedisMaster::changes).sum()
        + clusters.values().stream().mapToLong(RedisTopology::changes).sum();
  }

  @Override
  public Future<?> start() {
    return Future.all(
        Stream.concat(
                masters.values().stream().map(RedisMaster::open),
                clusters.values().stream().map(RedisTopology::open))
            .toList());
  }

  @Override
  public Future<?> stop() {
    return Future.all(
        Stream.concat(
                masters.values().stream().map(RedisMaster::close),
                clusters.values().stream().map(RedisTopology::close))
            .toList());
  }
}
