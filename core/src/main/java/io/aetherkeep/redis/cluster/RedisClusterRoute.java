package io.aetherkeep.redis.cluster;

import io.aetherkeep.redis.connection.RedisDial;
import io.aetherkeep.redis.connection.RedisMasterView;
import io.aetherkeep.redis.connection.RedisNode;
import io.aetherkeep.redis.connection.RedisRoute;
import io.aetherkeep.redis.connection.RedisTraffic;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Connections of one event loop to a Redis Cluster: one to each master with its own circuit
 * breaker, so that a dead master makes only its own slots unavailable.
 *
 * <p>A command is sent to the master of its keys' slot, and follows redirects until its timeout.
 * Reads that belong together are sent to all their masters at once.
 */
public final class RedisClusterRoute implements RedisRoute {

  /**
   * Limit of attempts to find a key in each master's slots. A master with very few slots may be
   * left out.
   */
  private static final int MOST_NAMES = 10_000;

  private final Vertx vertx;
  private final RedisTarget target;
  private final RedisTopology topology;
  private final RedisClusterMasters masters;
  private final RedisClusterReads reads;

  /**
   * Creates a route, not opened yet.
   *
   * @param dialling factory of the connection to a node
   */
  public RedisClusterRoute(
      Vertx vertx,
      RedisTarget target,
      RedisTopology topology,
      Function<RedisAddress, RedisNode> dialling) {
    this.vertx = vertx;
    this.target = target;
    this.topology = topology;
    this.masters = new RedisClusterMasters(vertx, topology, dialling);
    this.reads = new RedisClusterReads(masters, this::send);
  }

  @Override
  public Future<Void> open() {
    return masters.open();
  }

  @Override
  public Future<Void> close() {
    return masters.close();
  }

  @Override
  public Future<@Nullable Response> send(Request request) {
    List<byte[]> keys = CommandKeys.of(request);
    if (keys.isEmpty()) {
      return RedisClusterScan.isScan(request)
          ? RedisClusterScan.next(
              request,
              topology.slots().masters(),
              (at, page) -> masters.send(at, page, RedisNode::send))
          : masters.sendToAny(request);
    }
    int slot = RedisSlots.of(keys.get(0));
    return keys.stream().skip(1).anyMatch(key -> RedisSlots.of(key) != slot)
        ? RedisClusterSplit.send(request, keys, this::send)
        : send(request, slot);
  }

  private Future<@Nullable Response> send(Request request, int slot) {
    RedisAddress owner = topology.slots().owner(slot);
    if (owner == null) {
      topology.refresh();
      return Future.failedFuture(
          topology.slots().masters().isEmpty()
              ? masters.unavailable()
              : RedisDial.unavailable("No node of the Redis Cluster serves the slot " + slot));
    }
    return new RoutedCommand(vertx, topology, masters, target.timeout(), request, slot).to(owner);
  }

  @Override
  public Future<List<@Nullable Response>> read(List<Request> requests) {
    return reads.read(requests);
  }

  @Override
  public Future<Void> probeRights() {
    return Future.join(masters.all().stream().map(RedisNode::probeRights).toList())
        .otherwiseEmpty()
        .mapEmpty();
  }

  @Override
  public boolean isUnavailable(String key) {
    RedisNode node = masters.owner(RedisSlots.of(key));
    return node == null || node.isUnavailable(key);
  }

  @Override
  public @Nullable String unavailableReason() {
    return masters.unavailableReason();
  }

  @Override
  public List<RedisMasterView> masters() {
    return masters.views();
  }

  @Override
  public @Nullable String unsupported() {
    return masters.all().stream()
        .map(RedisNode::unsupported)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  @Override
  public boolean isCluster() {
    return true;
  }

  @Override
  public List<String> spread(String key) {
    RedisSlots slots = topology.slots();
    Map<RedisAddress, String> names = new LinkedHashMap<>();
    Stream.concat(Stream.of(key), IntStream.range(1, MOST_NAMES).mapToObj(i -> key + "-" + i))
        .takeWhile(name -> names.size() < slots.masters().size())
        .forEach(
            name -> {
              RedisAddress owner = slots.owner(RedisSlots.of(name));
              if (owner != null) {
                names.putIfAbsent(owner, name);
              }
            });
    return names.isEmpty() ? List.of(key) : List.copyOf(names.values());
  }

  @Override
  public String serverRun(String key) {
    RedisNode node = masters.owner(RedisSlots.of(key));
    return node == null ? "" : node.serverRun(key);
  }

  @Override
  public RedisTraffic traffic() {
    return masters.all().stream()
        .map(RedisNode::traffic)
        .reduce(new RedisTraffic(0, 0, 0), RedisTraffic::plus);
  }
}
