package io.aetherkeep.redis.cluster;

import io.aetherkeep.redis.subscription.RedisNodeTracking;
import io.aetherkeep.redis.subscription.RedisTracking;
import io.aetherkeep.redis.target.RedisAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Client tracking on all masters of a cluster as one, armed while it is armed on every master. A
 * change of the slot table counts as a flush.
 */
public final class RedisClusterTracking implements RedisTracking {

  private final Vertx vertx;
  private final RedisTopology topology;
  private final Listener listener;
  private final BiFunction<RedisAddress, Listener, RedisNodeTracking> dialling;
  private final Map<RedisAddress, RedisNodeTracking> masters = new LinkedHashMap<>();
  private final Set<RedisAddress> armed = new HashSet<>();
  private final Set<RedisAddress> refusing = new HashSet<>();
  private final Runnable follower = this::changed;
  private @Nullable Context loop;
  private State state = State.LOST;
  private boolean closed;

  /** What the listener knows. */
  private enum State {
    /** Not every master is connected. */
    LOST,
    /** Every master reports changes. */
    ARMED,
    /** Every master is connected, and one or more refuse tracking. */
    UNSUPPORTED
  }

  /**
   * Creates tracking, not opened yet.
   *
   * @param dialling factory of tracking on one master
   */
  public RedisClusterTracking(
      Vertx vertx,
      RedisTopology topology,
      Listener listener,
      BiFunction<RedisAddress, Listener, RedisNodeTracking> dialling) {
    this.vertx = vertx;
    this.topology = topology;
    this.listener = listener;
    this.dialling = dialling;
  }

  @Override
  public Future<Void> open() {
    loop = vertx.getOrCreateContext();
    topology.follow(follower);
    return track();
  }

  @Override
  public Future<Void> close() {
    closed = true;
    topology.leave(follower);
    return Future.join(masters.values().stream().map(RedisNodeTracking::close).toList()).mapEmpty();
  }

  @Override
  public void watch(List<String> keys) {
    RedisSlots slots = topology.slots();
    Map<RedisAddress, List<String>> parts = new LinkedHashMap<>();
    for (String key : keys) {
      RedisAddress owner = slots.owner(RedisSlots.of(key));
      if (owner != null) {
        parts.computeIfAbsent(owner, first -> new ArrayList<>()).add(key);
      }
    }
    parts.forEach(
        (owner, owned) -> {
          RedisNodeTracking tracking = masters.get(owner);
          if (tracking != null) {
            tracking.watch(owned);
          }
        });
  }

  private void changed() {
    Context on = loop;
    if (on != null) {
      on.runOnContext(
          there -> {
            if (!closed) {
              track();
              if (state != State.LOST) {
                listener.flushed();
              }
            }
          });
    }
  }

  /** Starts tracking on each current master, and closes the others. */
  private Future<Void> track() {
    List<RedisAddress> now = topology.slots().masters();
    for (RedisAddress address : List.copyOf(masters.keySet())) {
      if (!now.contains(address)) {
        forget(address);
        masters.remove(address).close();
      }
    }
    List<Future<Void>> opening = new ArrayList<>();
    for (RedisAddress address : now) {
      if (!masters.containsKey(address)) {
        RedisNodeTracking fresh = dialling.apply(address, new MasterListener(address));
        masters.put(address, fresh);
        opening.add(fresh.open());
      }
    }
    notifyListener();
    return Future.join(opening).mapEmpty();
  }

  private void forget(RedisAddress address) {
    armed.remove(address);
    refusing.remove(address);
  }

  private State state() {
    if (masters.isEmpty()
        || !masters.keySet().stream().allMatch(at -> armed.contains(at) || refusing.contains(at))) {
      return State.LOST;
    }
    return refusing.isEmpty() ? State.ARMED : State.UNSUPPORTED;
  }

  private void notifyListener() {
    State now = state();
    if (now == state) {
      return;
    }
    state = now;
    switch (now) {
      case LOST -> listener.lost();
      case ARMED -> listener.armed();
      case UNSUPPORTED -> listener.unsupported();
    }
  }

  /** Listener of one master's tracking. */
  private final class MasterListener implements Listener {

    private final RedisAddress address;

    MasterListener(RedisAddress address) {
      this.address = address;
    }

    @Override
    public void armed() {
      forget(address);
      armed.add(address);
      notifyListener();
    }

    @Override
    public void lost() {
      forget(address);
      notifyListener();
    }

    @Override
    public void unsupported() {
      forget(address);
      refusing.add(address);
      notifyListener();
    }

    @Override
    public void changed(String key) {
      listener.changed(key);
    }

    @Override
    public void flushed() {
      listener.flushed();
    }
  }
}
