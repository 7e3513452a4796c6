package io.aetherkeep.redis.cluster;

import io.aetherkeep.redis.connection.RedisDial;
import io.aetherkeep.redis.connection.RedisMasterView;
import io.aetherkeep.redis.connection.RedisNode;
import io.aetherkeep.redis.connection.RedisRedirect;
import io.aetherkeep.redis.connection.RedisRoute;
import io.aetherkeep.redis.connection.RedisTraffic;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestImpl;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
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

  private static final int MOST_HOPS = 5;

  /** Commands with a subcommand before the key, such as {@code XINFO STREAM}. */
  private static final Set<String> NAMED_TWICE = Set.of("MEMORY", "OBJECT", "XGROUP", "XINFO");

  /**
   * Limit of attempts to find a key in each master's slots. A master with very few slots may be
   * left out.
   */
  private static final int MOST_NAMES = 10_000;

  /** Pause before a command is repeated whose keys are being moved (TRYAGAIN). */
  private static final long PAUSE_MILLIS = 20;

  /** Grace period for commands under way to a node that has no slots any more. */
  private static final long GRACE_MILLIS = 5_000;

  private final Vertx vertx;
  private final Context loop;
  private final RedisTarget target;
  private final RedisTopology topology;
  private final Function<RedisAddress, RedisNode> dialling;
  private final Map<RedisAddress, RedisNode> nodes = new ConcurrentHashMap<>();
  private final Runnable follower = this::changed;
  private boolean closed;

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
    this.loop = vertx.getOrCreateContext();
    this.target = target;
    this.topology = topology;
    this.dialling = dialling;
  }

  @Override
  public Future<Void> open() {
    topology.follow(follower);
    return dialMasters();
  }

  @Override
  public Future<Void> close() {
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

  private Future<@Nullable Response> send(
      RedisAddress address,
      Request request,
      BiFunction<RedisNode, Request, Future<@Nullable Response>> how) {
    RedisNode known = nodes.get(address);
    return known != null && known.opened().isComplete()
        ? how.apply(known, request)
        : node(address).compose(node -> how.apply(node, request));
  }

  @Override
  public Future<@Nullable Response> send(Request request) {
    List<byte[]> keys = keys(request);
    if (keys.isEmpty()) {
      return RedisClusterScan.isScan(request)
          ? RedisClusterScan.next(
              request, topology.slots().masters(), (at, page) -> send(at, page, RedisNode::send))
          : atAny(request);
    }
    int slot = RedisSlots.of(keys.get(0));
    return keys.stream().skip(1).anyMatch(key -> RedisSlots.of(key) != slot)
        ? RedisClusterSplit.send(request, keys, this::send)
        : send(request, slot);
  }

  /** The keys of a command; the client does not know those behind a subcommand. */
  private static List<byte[]> keys(Request request) {
    RequestImpl known = (RequestImpl) request;
    if (request.command() == Command.GET || request.command() == Command.EVALSHA) {
      return known.keys();
    }
    String name = String.valueOf(request.command()).toUpperCase(Locale.ROOT);
    return NAMED_TWICE.contains(name) && known.getArgs().size() > 1
        ? known.getArgs().subList(1, 2)
        : known.keys();
  }

  /** Sends a command without keys to any available master. */
  private Future<@Nullable Response> atAny(Request request) {
    return topology.slots().masters().stream()
        .map(nodes::get)
        .filter(node -> node != null && !node.isUnavailable())
        .findFirst()
        .map(node -> node.send(request))
        .orElseGet(() -> Future.failedFuture(RedisDial.unavailable(unavailable())));
  }

  private String unavailable() {
    return "Redis is not answering: " + unavailableReason();
  }

  private Future<@Nullable Response> send(Request request, int slot) {
    RedisAddress owner = topology.slots().owner(slot);
    if (owner == null) {
      topology.refresh();
      return Future.failedFuture(
          RedisDial.unavailable(
              topology.slots().masters().isEmpty()
                  ? unavailable()
                  : "No node of the Redis Cluster serves the slot " + slot));
    }
    return new RoutedCommand(request, slot).to(owner, RedisNode::send);
  }

  /** A command that follows redirects through the cluster. */
  private final class RoutedCommand {

    private final Request request;
    private final int slot;
    private final long end = System.nanoTime() + target.timeout().toNanos();
    private int hops;

    RoutedCommand(Request request, int slot) {
      this.request = request;
      this.slot = slot;
    }

    private Future<@Nullable Response> to(
        RedisAddress address, BiFunction<RedisNode, Request, Future<@Nullable Response>> how) {
      return send(address, request, how)
          .recover(
              thrown ->
                  thrown instanceof RedisRedirect redirect
                      ? redirected(redirect, address)
                      : Future.failedFuture(thrown));
    }

    private Future<@Nullable Response> redirected(RedisRedirect redirect, RedisAddress from) {
      if (hops == MOST_HOPS || System.nanoTime() > end) {
        return Future.failedFuture(redirect.failure());
      }
      return switch (redirect.kind()) {
        case MOVED -> {
          hops++;
          topology.refresh();
          yield to(redirect.address(from), RedisNode::send);
        }
        case ASK -> {
          hops++;
          yield to(redirect.address(from), RedisNode::ask);
        }
        case TRYAGAIN ->
            vertx
                .timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                .compose(
                    later ->
                        to(
                            Objects.requireNonNullElse(topology.slots().owner(slot), from),
                            RedisNode::send));
      };
    }
  }

  /** Sends the reads for one master in one write, and the rest one by one. */
  @Override
  public Future<List<@Nullable Response>> read(List<Request> requests) {
    if (requests.size() == 1) {
      RedisNode node = ownerOfAll(requests.get(0));
      return node == null ? all(List.of(send(requests.get(0)))) : read(node, requests);
    }
    Map<RedisNode, List<Integer>> places = new LinkedHashMap<>();
    List<@Nullable Future<@Nullable Response>> answers = new ArrayList<>();
    for (Request request : requests) {
      RedisNode node = ownerOfAll(request);
      if (node != null) {
        places.computeIfAbsent(node, first -> new ArrayList<>()).add(answers.size());
      }
      answers.add(node == null ? send(request) : null);
    }
    if (places.size() == 1 && places.values().iterator().next().size() == requests.size()) {
      return read(places.keySet().iterator().next(), requests);
    }
    places.forEach(
        (node, indexes) -> {
          Future<List<@Nullable Response>> read =
              read(node, indexes.stream().map(requests::get).toList());
          for (int i = 0; i < indexes.size(); i++) {
            int place = i;
            answers.set(indexes.get(i), read.map(replies -> replies.get(place)));
          }
        });
    return all(answers.stream().map(Objects::requireNonNull).toList());
  }

  /** The node that has all keys of a command; null if there is none, or it is not connected yet. */
  private @Nullable RedisNode ownerOfAll(Request request) {
    List<byte[]> keys = keys(request);
    if (keys.isEmpty()) {
      return null;
    }
    int slot = RedisSlots.of(keys.get(0));
    RedisAddress owner = topology.slots().owner(slot);
    RedisNode node = owner == null ? null : nodes.get(owner);
    return node != null
            && node.opened().isComplete()
            && (keys.size() == 1
                || keys.stream().skip(1).allMatch(key -> RedisSlots.of(key) == slot))
        ? node
        : null;
  }

  /**
   * Reads from one node; if one command is redirected, all are repeated one by one, as they only
   * read.
   */
  private Future<List<@Nullable Response>> read(RedisNode node, List<Request> requests) {
    return node.read(requests)
        .recover(
            thrown ->
                thrown instanceof RedisRedirect
                    ? all(requests.stream().map(this::send).toList())
                    : Future.failedFuture(thrown));
  }

  private static Future<List<@Nullable Response>> all(List<Future<@Nullable Response>> answers) {
    return Future.all(answers).map(done -> answers.stream().map(Future::result).toList());
  }

  @Override
  public Future<Void> probeRights() {
    return Future.join(nodes.values().stream().map(RedisNode::probeRights).toList())
        .otherwiseEmpty()
        .mapEmpty();
  }

  @Override
  public boolean isUnavailable(String key) {
    RedisNode node = owning(key);
    return node == null || node.isUnavailable(key);
  }

  private @Nullable RedisNode owning(String key) {
    RedisAddress owner = topology.slots().owner(RedisSlots.of(key));
    return owner == null ? null : nodes.get(owner);
  }

  @Override
  public @Nullable String unavailableReason() {
    RedisSlots slots = topology.slots();
    if (slots.masters().isEmpty()) {
      return topology.why();
    }
    for (RedisMasterView master : masters()) {
      if (master.unavailableReason() != null) {
        return "the master %s of %d slots: %s"
            .formatted(master.address(), master.slots(), master.unavailableReason());
      }
    }
    return slots.unserved() == 0
        ? null
        : slots.unserved() + " of the cluster's slots are served by no node";
  }

  @Override
  public List<RedisMasterView> masters() {
    RedisSlots slots = topology.slots();
    return slots.masters().stream()
        .map(
            master -> {
              RedisNode node = nodes.get(master);
              String why = node == null ? "no connection was tried yet" : node.unavailableReason();
              return new RedisMasterView(master.toString(), slots.count(master), why);
            })
        .toList();
  }

  @Override
  public @Nullable String unsupported() {
    return nodes.values().stream()
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
    RedisNode node = owning(key);
    return node == null ? "" : node.serverRun(key);
  }

  @Override
  public RedisTraffic traffic() {
    return nodes.values().stream()
        .map(RedisNode::traffic)
        .reduce(new RedisTraffic(0, 0, 0), RedisTraffic::plus);
  }
}
