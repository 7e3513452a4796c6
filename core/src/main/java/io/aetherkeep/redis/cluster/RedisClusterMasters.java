package io.aetherkeep.redis.cluster;

import io.aetherkeep.redis.connection.RedisDial;
import io.aetherkeep.redis.connection.RedisMasterView;
import io.aetherkeep.redis.connection.RedisNode;
import io.aetherkeep.redis.target.RedisAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Connections of one event loop to the masters of a Redis Cluster, one each with its own circuit
 * breaker. They follow the slot table: a new master is dialled, and a master without slots is
 * closed.
 */
final class RedisClusterMasters {

  /** Grace period for commands in flight to a node that has lost its slots. */
  private static final long GRACE_MILLIS = 5_000;

  private final Vertx vertx;
  private final Context loop;
  private final RedisTopology topology;
  private final Function<RedisAddress, RedisNode> dialling;
  private final Map<RedisAddress, RedisNode> nodes = new ConcurrentHashMap<>();
  private final Runnable follower = this::changed;
  private boolean closed;

  /**
   * Creates the set, without connections yet.
   *
   * @param dialling factory of the connection to a node
   */
  RedisClusterMasters(
      Vertx vertx, RedisTopology topology, Function<RedisAddress, RedisNode> dialling) {
    this.vertx = vertx;
    this.loop = vertx.getOrCreateContext();
    this.topology = topology;
    this.dialling = dialling;
  }

  Future<Void> open() {
    topology.follow(follower);
    return dialMasters();
  }

  Future<Void> close() {
    closed = true;
    topology.leave(follower);
    return Future.join(nodes.values().stream().map(RedisNode::close).toList()).mapEmpty();
  }

  private void changed() {
    loop.runOnContext(on -> dialMasters());
  }

  private Future<Void> dialMasters() {
    if (closed) {
      return Future.succeededFuture();
    }
    List<RedisAddress> masters = topology.slots().masters();
    for (RedisAddress address : List.copyOf(nodes.keySet())) {
      if (!masters.contains(address)) {
        vertx.setTimer(GRACE_MILLIS, id -> leave(address));
      }
    }
    return Future.all(masters.stream().map(master -> dialled(master).opened()).toList()).mapEmpty();
  }

  private void leave(RedisAddress address) {
    RedisNode node = nodes.get(address);
    if (node != null && !topology.slots().masters().contains(address)) {
      nodes.remove(address);
      node.close();
    }
  }

  /**
   * Dials on this route's own context, because the connection outlives the sender of the first
   * command.
   */
  private RedisNode dialled(RedisAddress address) {
    RedisNode known = nodes.get(address);
    if (known != null) {
      return known;
    }
    RedisNode fresh = dialling.apply(address);
    nodes.put(address, fresh);
    fresh.open();
    return fresh;
  }

  /** A node after its first attempt to connect, which starts now for an unknown one. */
  private Future<RedisNode> node(RedisAddress address) {
    Promise<RedisNode> dialled = Promise.promise();
    loop.runOnContext(
        on -> {
          RedisNode node = dialled(address);
          node.opened().onComplete(tried -> dialled.complete(node));
        });
    return dialled.future();
  }

  /** Sends a command to a node, dialled first if it is unknown. */
  Future<@Nullable Response> send(
      RedisAddress address,
      Request request,
      BiFunction<RedisNode, Request, Future<@Nullable Response>> how) {
    RedisNode known = nodes.get(address);
    return known != null && known.opened().isComplete()
        ? how.apply(known, request)
        : node(address).compose(node -> how.apply(node, request));
  }

  /** Sends a command without keys to any available master. */
  Future<@Nullable Response> sendToAny(Request request) {
    return topology.slots().masters().stream()
        .map(nodes::get)
        .filter(node -> node != null && !node.isUnavailable())
        .findFirst()
        .map(node -> node.send(request))
        .orElseGet(() -> Future.failedFuture(unavailable()));
  }

  /** The node that owns a slot; null if there is none or it was never dialled. */
  @Nullable RedisNode owner(int slot) {
    RedisAddress owner = topology.slots().owner(slot);
    return owner == null ? null : nodes.get(owner);
  }

  /** All dialled nodes, including those that are about to be closed. */
  Collection<RedisNode> all() {
    return nodes.values();
  }

  Throwable unavailable() {
    return RedisDial.unavailable("Redis is not answering: " + unavailableReason());
  }

  @Nullable String unavailableReason() {
    RedisSlots slots = topology.slots();
    if (slots.masters().isEmpty()) {
      return topology.why();
    }
    for (RedisMasterView master : views()) {
      if (master.unavailableReason() != null) {
        return "the master %s of %d slots: %s"
            .formatted(master.address(), master.slots(), master.unavailableReason());
      }
    }
    return slots.unserved() == 0
        ? null
        : slots.unserved() + " of the cluster's slots are served by no node";
  }

  List<RedisMasterView> views() {
    RedisSlots slots = topology.slots();
    return slots.masters().stream()
        .map(
            master -> {
              RedisNode node = nodes.get(master);
              String why = node == null ? "no connection was tried yet" : node.unavailableReason();
              return new RedisMasterView(
                  master.toString(), slots.count(master), slots.ranges(master), why);
            })
        .toList();
  }
}
