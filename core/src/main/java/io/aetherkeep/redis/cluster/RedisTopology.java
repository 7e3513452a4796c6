package io.aetherkeep.redis.cluster;

import io.aetherkeep.redis.discovery.RedisPoll;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Topology of one Redis Cluster, shared by all event loops: the slot table as its nodes report it.
 *
 * <p>It asks the seeds and all masters twice a second, when a connection to one of them opens or
 * closes, and after a redirect. Of the nodes that report a sound cluster, the newest epoch wins. A
 * master that was cut off and replaced reports an older epoch, which is accepted only after 30
 * seconds without a newer one.
 */
public final class RedisTopology {

  private static final System.Logger LOG = System.getLogger(RedisTopology.class.getName());

  private static final long ASK_MILLIS = 500;

  /** Delay of a round after a redirect, which bounds the rate of rounds. */
  private static final long LEAST_MILLIS = 50;

  /**
   * Time in which only older views are reported after which they are accepted, as when all nodes of
   * a cluster were set up anew.
   */
  private static final long OLDER_NANOS = 30_000_000_000L;

  private final Vertx vertx;
  private final RedisTarget target;
  private final List<RedisAddress> seeds;
  private final long patienceMillis;
  private final Map<RedisAddress, RedisClusterObserver> observers = new LinkedHashMap<>();
  private final Set<Runnable> followers = ConcurrentHashMap.newKeySet();
  private final AtomicLong changes = new AtomicLong();
  private volatile @Nullable Context loop;
  private volatile RedisSlots slots = RedisSlots.NONE;
  private RedisClusterObserver.@Nullable View newest;
  private @Nullable Long olderSince;
  private volatile String why = "no node of the cluster was asked yet";
  private final RedisPoll<RedisClusterObserver.View> poll;
  private boolean wanted;
  private boolean silent;
  private boolean closed;
  private long asker = -1;

  public RedisTopology(Vertx vertx, RedisTarget target) {
    this.vertx = vertx;
    this.target = target;
    this.poll = new RedisPoll<>(vertx, this::conclude);
    this.seeds = target.cluster();
    this.patienceMillis = target.connectTimeout().toMillis() / 2;
  }

  /** Starts asking on the calling event loop; completes after each seed has been tried once. */
  public Future<Void> open() {
    loop = vertx.getOrCreateContext();
    return Future.join(seeds.stream().map(this::observe).toList())
        .transform(
            tried -> {
              asker = vertx.setPeriodic(ASK_MILLIS, id -> ask());
              return ask();
            });
  }

  private Future<Void> observe(RedisAddress address) {
    RedisClusterObserver fresh = new RedisClusterObserver(vertx, address, target, this::refresh);
    observers.put(address, fresh);
    return fresh.open();
  }

  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(asker);
    return Future.join(observers.values().stream().map(RedisClusterObserver::close).toList())
        .mapEmpty();
  }

  /** The slot table as last reported. */
  public RedisSlots slots() {
    return slots;
  }

  /** The reason why the masters of the cluster are unknown. */
  String why() {
    return why;
  }

  /** How often the set of masters has changed. */
  public long changes() {
    return changes.get();
  }

  /**
   * Registers an action that runs on the topology's event loop after each change of the slot table.
   */
  void follow(Runnable follower) {
    followers.add(follower);
  }

  void leave(Runnable follower) {
    followers.remove(follower);
  }

  /** Asks the nodes soon; for any thread. */
  void refresh() {
    Context on = loop;
    if (on != null) {
      on.runOnContext(there -> soon());
    }
  }

  private void soon() {
    if (!wanted && !closed) {
      wanted = true;
      vertx.setTimer(LEAST_MILLIS, id -> ask());
    }
  }

  private Future<Void> ask() {
    if (closed) {
      return Future.succeededFuture();
    }
    wanted = wanted && poll.running() != null;
    return poll.ask(observers.values(), observer -> observer.ask(patienceMillis));
  }

  private void conclude(RedisPoll.Round<RedisClusterObserver.View> round) {
    if (closed) {
      return;
    }
    List<RedisClusterObserver.View> views = round.answers();
    if (views.isEmpty()) {
      why = "no node of the cluster answers (" + String.join("; ", round.reasons()) + ")";
      if (!silent) {
        LOG.log(System.Logger.Level.WARNING, "Redis Cluster {0}: {1}", target.server(), why);
      }
      silent = true;
      return;
    }
    silent = false;
    RedisClusterObserver.View best =
        views.stream()
            .max(
                Comparator.comparing(RedisClusterObserver.View::sound)
                    .thenComparing(RedisClusterObserver.View::epoch)
                    .thenComparing(view -> -view.slots().unserved()))
            .orElseThrow();
    if (isOutdated(best)) {
      return;
    }
    newest = best;
    RedisSlots before = slots;
    RedisSlots now = best.slots();
    int moved = now.moved(before);
    if (moved > 0) {
      changed(before, now, moved);
    }
  }

  /** Whether a view is older than the one in use, and newer ones were reported recently. */
  private boolean isOutdated(RedisClusterObserver.View view) {
    RedisClusterObserver.View known = newest;
    boolean older =
        known != null
            && (view.epoch() < known.epoch()
                || (view.epoch() == known.epoch() && known.sound() && !view.sound()));
    if (!older) {
      olderSince = null;
      return false;
    }
    long now = System.nanoTime();
    if (olderSince == null) {
      olderSince = now;
    }
    return now - olderSince < OLDER_NANOS;
  }

  private void changed(RedisSlots before, RedisSlots now, int moved) {
    boolean first = before.masters().isEmpty();
    boolean same = Set.copyOf(before.masters()).equals(Set.copyOf(now.masters()));
    if (!first && !same) {
      changes.incrementAndGet();
    }
    LOG.log(
        first || same ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
        "Redis Cluster {0}: {1} slots have another master; masters are {2}{3}; {4} slots are served"
            + " by none",
        target.server(),
        moved,
        now.masters(),
        first || same ? "" : ", they were " + before.masters(),
        now.unserved());
    slots = now;
    why = now.masters().isEmpty() ? "no slot is assigned to any node of the cluster" : "";
    now.masters().stream().filter(master -> !observers.containsKey(master)).forEach(this::observe);
    observers.entrySet().removeIf(this::isSuperfluous);
    followers.forEach(Runnable::run);
  }

  private boolean isSuperfluous(Map.Entry<RedisAddress, RedisClusterObserver> observer) {
    boolean superfluous =
        !seeds.contains(observer.getKey()) && !slots.masters().contains(observer.getKey());
    if (superfluous) {
      observer.getValue().close();
    }
    return superfluous;
  }
}
