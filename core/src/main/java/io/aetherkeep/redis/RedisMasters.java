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

/**
 * The masters of all that Sentinels watch over, and those of clusters, on one event loop; empty
 * where there are none.
 */
final class RedisMasters extends VerticleBase {

  private final Map<RedisSentinels, RedisMaster> masters = new LinkedHashMap<>();

  /** By where a cluster is and who one is to it. */
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

  /** The cluster of a target; none where it is one server. */
  @Nullable RedisTopology cluster(RedisTarget target) {
    return clusters.get(place(target));
  }

  /** Whom to ask for the address of a target; nobody where its URL says it. */
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
