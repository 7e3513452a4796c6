package io.aetherkeep.redis;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.loop.LoopDeployment;
import io.aetherkeep.redis.connection.RedisMasterView;
import io.aetherkeep.redis.connection.RedisRoute;
import io.aetherkeep.redis.connection.RedisServerCheck;
import io.aetherkeep.redis.connection.RedisTraffic;
import io.aetherkeep.redis.sentinel.RedisMaster;
import io.aetherkeep.redis.subscription.RedisSubscriptions;
import io.aetherkeep.redis.subscription.RedisTracking;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Redis client of a JVM: one {@link RedisLine} for each space and event loop, and one connection
 * for all subscriptions of a space.
 *
 * <p>The lines belong to a verticle of their own, deployed first and undeployed last, so that other
 * verticles can still write while they stop.
 */
public final class RedisAccess {

  private final Vertx vertx;
  private final Map<Space, RedisSpace> spaces = new LinkedHashMap<>();
  private final RedisMasters masters;
  private final RedisLines lines = new RedisLines();
  private final Map<Space, RedisSubscriptions> subscriptions = new ConcurrentHashMap<>();
  private final RedisConnections connections;
  private final List<String> deployments = new CopyOnWriteArrayList<>();

  private RedisAccess(
      Vertx vertx,
      Map<Space, RedisTarget> targets,
      InstantSource own,
      BiFunction<RedisTarget, RedisConnection, Future<String>> check) {
    this.vertx = vertx;
    targets.forEach((space, target) -> spaces.put(space, RedisSpace.of(space, target, own)));
    this.masters = new RedisMasters(vertx, targets.values());
    this.connections = new RedisConnections(vertx, masters, check);
  }

  /**
   * Opens the lines; completes after one attempt of each. A line that fails keeps reconnecting, and
   * fails its commands until it is connected.
   *
   * @param eventLoops number of event loops of this Vert.x, each of which gets its lines
   */
  public static Future<RedisAccess> open(
      Vertx vertx, int eventLoops, Map<Space, RedisTarget> targets) {
    return open(vertx, eventLoops, targets, InstantSource.system());
  }

  /**
   * Opens the lines of a node with a given clock.
   *
   * @param own the node's clock, whose skew against each Redis is measured
   */
  public static Future<RedisAccess> open(
      Vertx vertx, int eventLoops, Map<Space, RedisTarget> targets, InstantSource own) {
    return new RedisAccess(vertx, targets, own, (target, any) -> Future.succeededFuture(""))
        .open(eventLoops);
  }

  /**
   * Opens the lines, and refuses servers that are too old, or whose cluster mode differs from the
   * settings.
   */
  public static Future<RedisAccess> openSupported(
      Vertx vertx, int eventLoops, Map<Space, RedisTarget> targets) {
    return new RedisAccess(vertx, targets, InstantSource.system(), RedisServerCheck::of)
        .open(eventLoops);
  }

  private Future<RedisAccess> open(int eventLoops) {
    return findMasters()
        .compose(
            found ->
                LoopDeployment.deploy(
                    vertx,
                    eventLoops,
                    () ->
                        new RedisLineVerticle(connections, spaces.values(), lines, subscriptions)))
        .map(
            deployment -> {
              deployments.add(0, deployment);
              return this;
            });
  }

  /** Deploys the observers of Sentinels and clusters first and undeploys them last. */
  private Future<?> findMasters() {
    return masters.isEmpty()
        ? Future.succeededFuture()
        : vertx.deployVerticle(masters).onSuccess(deployments::add);
  }

  public List<Space> spaces() {
    return List.copyOf(spaces.keySet());
  }

  /**
   * The calling event loop's line to a space's Redis; on other threads, that of the first event
   * loop.
   */
  public RedisLine line(Space space) {
    return of(lines.here(), space);
  }

  /** Looks up the value of a space; throws if the client was opened without the space. */
  private static <T> T of(Map<Space, T> bySpace, Space space) {
    T found = bySpace.get(space);
    if (found == null) {
      throw new IllegalArgumentException("No Redis is configured for the space " + space.name());
    }
    return found;
  }

  public RedisSubscriptions subscriptions(Space space) {
    return of(subscriptions, space);
  }

  /**
   * The reason why the line of an event loop to a space's Redis refuses commands, on a cluster for
   * some slots; null if none does.
   */
  public @Nullable String degradedReason(Space space) {
    String reason = unavailableReason(space);
    return reason == null || line(space).isCluster()
        ? reason
        : "another event loop has no connection to it";
  }

  /**
   * The reason why commands to a space's Redis fail unsent on an event loop; null if they do not.
   */
  public @Nullable String unavailableReason(Space space) {
    return lines.firstReason(space, RedisRoute::unavailableReason);
  }

  /** The reason why the server of a space is not supported; null if it is. */
  public @Nullable String unsupported(Space space) {
    return lines.firstReason(space, RedisRoute::unsupported);
  }

  /** The masters of a space's cluster, and why an event loop does not reach them. */
  public List<RedisMasterView> masters(Space space) {
    return lines.masters(space);
  }

  /** The commands of scripts that Redis denies to the space's user, sorted. */
  public Set<String> denied(Space space) {
    return of(spaces, space).rights().denied();
  }

  /** The outbox of a space, to which its scripts append events. */
  public RedisOutbox outbox(Space space) {
    return of(spaces, space).outbox();
  }

  /** The clock of a space's Redis. */
  public RedisClock clock(Space space) {
    return of(spaces, space).skew();
  }

  /** How far this node's clock is ahead of a space's Redis, in ms; negative if it is behind. */
  public long skewMillis(Space space) {
    return of(spaces, space).skew().skewMillis();
  }

  /** The traffic of all lines to a space's Redis. */
  public RedisTraffic traffic(Space space) {
    return lines.traffic(space);
  }

  /** The current address of a space's Redis, without credentials. */
  public String address(Space space) {
    RedisSpace known = spaces.get(space);
    if (known == null) {
      return "";
    }
    RedisTarget target = known.target();
    RedisMaster master = masters.of(target);
    RedisAddress present = master == null ? null : master.known();
    return present == null ? target.address() : target.at(present).address();
  }

  /** The configured server of a space's Redis, or its Sentinels, without credentials. */
  public String server(Space space) {
    RedisSpace known = spaces.get(space);
    return known == null ? "" : known.target().server();
  }

  /** How often Sentinels or cluster nodes have reported another master. */
  public long masterChanges() {
    return masters.changes();
  }

  /** The logical database of a space, whose number is in Redis's notifications. */
  public int database(Space space) {
    return of(spaces, space).target().database();
  }

  /**
   * Opens client tracking in broadcast mode for keys of a space with some prefixes, on a connection
   * of its own on the calling event loop.
   */
  public RedisTracking tracking(
      Space space, List<String> beginnings, RedisTracking.Listener listener) {
    return tracking(
        space, "-tracking", beginnings.stream().map(space.prefix()::concat).toList(), listener);
  }

  /** Opens client tracking of keys that are {@linkplain RedisTracking#watch watched} one by one. */
  public RedisTracking watching(Space space, RedisTracking.Listener listener) {
    return tracking(space, "-watching", List.of(), listener);
  }

  private RedisTracking tracking(
      Space space, String name, List<String> prefixes, RedisTracking.Listener listener) {
    return connections.tracking(
        of(spaces, space).target(), space.name() + name, prefixes, listener);
  }

  public Future<Void> close() {
    Future<Void> closed = Future.succeededFuture();
    for (String deployment : deployments) {
      closed = closed.compose(before -> vertx.undeploy(deployment));
    }
    return closed;
  }
}
