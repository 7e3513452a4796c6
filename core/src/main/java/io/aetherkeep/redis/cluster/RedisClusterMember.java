package io.aetherkeep.redis.cluster;

import io.aetherkeep.redis.connection.RedisDial;
import io.aetherkeep.redis.connection.RedisLocator;
import io.aetherkeep.redis.target.RedisAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.RedisConnection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Locator of any reachable master of a cluster, tried in turn, for publish/subscribe, which all
 * masters share. It leaves a master that has lost its slots.
 */
public final class RedisClusterMember implements RedisLocator {

  private final Vertx vertx;
  private final RedisTopology topology;
  private final Set<RedisDial> dials = ConcurrentHashMap.newKeySet();
  private final AtomicInteger next = new AtomicInteger();
  private volatile List<RedisAddress> known = List.of();
  private final Runnable follower = this::changed;

  public RedisClusterMember(Vertx vertx, RedisTopology topology) {
    this.vertx = vertx;
    this.topology = topology;
  }

  @Override
  public Future<RedisAddress> find() {
    ContextInternal caller = (ContextInternal) vertx.getOrCreateContext();
    List<RedisAddress> masters = topology.slots().masters();
    if (masters.isEmpty()) {
      topology.refresh();
      return caller.failedFuture(topology.why());
    }
    return caller.succeededFuture(
        masters.get(Math.floorMod(next.getAndIncrement(), masters.size())));
  }

  @Override
  public Future<Void> check(RedisConnection connection) {
    return Future.succeededFuture();
  }

  @Override
  public void follow(RedisDial dial) {
    dials.add(dial);
    known = topology.slots().masters();
    topology.follow(follower);
  }

  @Override
  public void leave(RedisDial dial) {
    dials.remove(dial);
    topology.leave(follower);
  }

  @Override
  public void demoted(RedisAddress replica) {
    dials.forEach(dial -> dial.leave(replica));
  }

  private void changed() {
    List<RedisAddress> before = known;
    List<RedisAddress> now = topology.slots().masters();
    known = now;
    before.stream().filter(master -> !now.contains(master)).forEach(this::demoted);
  }
}
