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
  private final Runnable follower = this::changed;
  private @Nullable Context loop;
  private boolean whole;
  private boolean unsupported;
  private boolean closed;

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
              if (whole) {
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
        armed.remove(address);
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
    notifyArmed();
    return Future.join(opening).mapEmpty();
  }

  private void notifyArmed() {
    boolean now = !masters.isEmpty() && armed.containsAll(masters.keySet());
    if (now != whole) {
      whole = now;
      if (now) {
        unsupported = false;
        listener.armed();
      } else {
        listener.lost();
      }
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
      armed.add(address);
      notifyArmed();
    }

    @Override
    public void lost() {
      armed.remove(address);
      notifyArmed();
    }

    @Override
    public void unsupported() {
      if (!unsupported) {
        unsupported = true;
        listener.unsupported();
      }
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
