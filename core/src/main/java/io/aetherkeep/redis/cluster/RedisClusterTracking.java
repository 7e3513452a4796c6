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
 * Client tracking on every master of a cluster, as one: armed while all of them are. Where slots
 * have another master, everything may be another now.
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
   * Tracking that has yet to be opened.
   *
   * @param dialling makes that on one master
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
        (owner, those) -> {
          RedisNodeTracking tracking = masters.get(owner);
          if (tracking != null) {
            tracking.watch(those);
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

  /** Tracks on each master, and on no other. */
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
        RedisNodeTracking fresh = dialling.apply(address, new Ear(address));
        masters.put(address, fresh);
        opening.add(fresh.open());
      }
    }
    tell();
    return Future.join(opening).mapEmpty();
  }

  private void tell() {
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

  /** Hears one master. */
  private final class Ear implements Listener {

    private final RedisAddress address;

    Ear(RedisAddress address) {
      this.address = address;
    }

    @Override
    public void armed() {
      armed.add(address);
      tell();
    }

    @Override
    public void lost() {
      armed.remove(address);
      tell();
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
