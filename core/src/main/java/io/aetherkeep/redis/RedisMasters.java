package io.aetherkeep.redis;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The masters of all that Sentinels watch over, on one event loop; empty where there are none. */
final class RedisMasters extends VerticleBase {

  private final Map<RedisSentinels, RedisMaster> masters = new LinkedHashMap<>();

  RedisMasters(Vertx vertx, Collection<RedisTarget> targets) {
    for (RedisTarget target : targets) {
      RedisSentinels sentinels = target.sentinels();
      if (sentinels != null) {
        masters.computeIfAbsent(sentinels, first -> new RedisMaster(vertx, target));
      }
    }
  }

  boolean isEmpty() {
    return masters.isEmpty();
  }

  /** Whom to ask for the address of a target; nobody where its URL says it. */
  @Nullable RedisMaster of(RedisTarget target) {
    return target.sentinels() == null ? null : masters.get(target.sentinels());
  }

  long changes() {
    return masters.values().stream().mapToLong(RedisMaster::changes).sum();
  }

  @Override
  public Future<?> start() {
    return Future.all(masters.values().stream().map(RedisMaster::open).toList());
  }

  @Override
  public Future<?> stop() {
    return Future.all(masters.values().stream().map(RedisMaster::close).toList());
  }
}
