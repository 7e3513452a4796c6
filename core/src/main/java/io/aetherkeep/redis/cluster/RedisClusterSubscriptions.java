package io.aetherkeep.redis.cluster;

import io.aetherkeep.redis.subscription.RedisNodeSubscriptions;
import io.aetherkeep.redis.subscription.RedisSubscriptions;
import io.aetherkeep.redis.target.RedisAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Subscriptions of a JVM to a cluster. Published messages reach all nodes, so one node serves the
 * channels. A master sends keyspace notifications to its own subscribers only, so patterns, which
 * serve these, are subscribed on every master.
 */
public final class RedisClusterSubscriptions implements RedisSubscriptions {

  private final Context loop;
  private final RedisTopology topology;
  private final RedisNodeSubscriptions channels;
  private final Function<RedisAddress, RedisNodeSubscriptions> dialling;
  private final Map<RedisAddress, RedisNodeSubscriptions> masters = new LinkedHashMap<>();
  private final Map<String, List<PatternListener>> patterns = new LinkedHashMap<>();
  private final Runnable follower = this::changed;
  private boolean closed;

  /** Whether a master has been listened to before, so that messages may be missed since. */
  private boolean begun;

  /**
   * Creates subscriptions, not opened yet.
   *
   * @param channels subscriptions on any node
   * @param dialling factory of the subscriptions on one master
   */
  public RedisClusterSubscriptions(
      Vertx vertx,
      RedisTopology topology,
      RedisNodeSubscriptions channels,
      Function<RedisAddress, RedisNodeSubscriptions> dialling) {
    this.loop = vertx.getOrCreateContext();
    this.topology = topology;
    this.channels = channels;
    this.dialling = dialling;
  }

  @Override
  public Future<Void> open() {
    topology.follow(follower);
    return channels.open();
  }

  @Override
  public Future<Void> close() {
    closed = true;
    topology.leave(follower);
    List<Future<Void>> all = new ArrayList<>(List.of(channels.close()));
    masters.values().forEach(master -> all.add(master.close()));
    return Future.join(all).mapEmpty();
  }

  @Override
  public Future<Void> subscribe(String channel, Listener listener) {
    return channels.subscribe(channel, listener);
  }

  @Override
  public void unsubscribe(String channel, Listener listener) {
    channels.unsubscribe(channel, listener);
  }

  @Override
  public boolean isUp() {
    return channels.isUp();
  }

  @Override
  public void subscribeAll(String pattern, PatternListener listener) {
    loop.runOnContext(
        on -> {
          if (!patterns.containsKey(pattern)) {
            masters
                .values()
                .forEach(
                    master -> master.subscribeAll(pattern, new MasterPatternListener(pattern)));
          }
          patterns.computeIfAbsent(pattern, any -> new ArrayList<>()).add(listener);
          listen();
        });
  }

  private void changed() {
    loop.runOnContext(on -> listen());
  }

  /** Subscribes the patterns on each current master, and closes the others. */
  private void listen() {
    if (closed || patterns.isEmpty()) {
      return;
    }
    List<RedisAddress> now = topology.slots().masters();
    for (RedisAddress address : List.copyOf(masters.keySet())) {
      if (!now.contains(address)) {
        masters.remove(address).close();
      }
    }
    boolean first = !begun;
    begun |= !now.isEmpty();
    for (RedisAddress address : now) {
      if (!masters.containsKey(address)) {
        RedisNodeSubscriptions fresh = dialling.apply(address);
        masters.put(address, fresh);
        patterns
            .keySet()
            .forEach(pattern -> fresh.subscribeAll(pattern, new MasterPatternListener(pattern)));
        Future<Void> open = fresh.open();
        if (!first) {
          open.onComplete(done -> patterns.keySet().forEach(this::missed));
        }
      }
    }
  }

  private void missed(String pattern) {
    List.copyOf(patterns.getOrDefault(pattern, List.of())).forEach(PatternListener::missed);
  }

  /** Forwards one master's messages to all listeners of a pattern. */
  private final class MasterPatternListener implements PatternListener {

    private final String pattern;

    MasterPatternListener(String pattern) {
      this.pattern = pattern;
    }

    @Override
    public void message(String channel, Buffer body) {
      for (PatternListener listener : List.copyOf(patterns.getOrDefault(pattern, List.of()))) {
        listener.message(channel, body);
      }
    }

    @Override
    public void missed() {
      RedisClusterSubscriptions.this.missed(pattern);
    }
  }
}
