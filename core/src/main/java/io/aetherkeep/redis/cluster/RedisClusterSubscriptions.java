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
 * Everything that a JVM hears from a cluster's channels. What is published reaches all nodes, so
 * channels are heard on one of them; but of its keys each master tells on its own, so patterns, by
 * which one listens to that, are heard on every master.
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

  /**
   * Subscriptions that have yet to be opened.
   *
   * @param channels on any node
   * @param dialling makes those on one master
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
            masters.values().forEach(master -> master.subscribeAll(pattern, new Ear(pattern)));
          }
          patterns.computeIfAbsent(pattern, any -> new ArrayList<>()).add(listener);
          listen();
        });
  }

  private void changed() {
    loop.runOnContext(on -> listen());
  }

  /** Listens on each master, and on no other, where there is anything to listen to. */
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
    boolean first = masters.isEmpty();
    for (RedisAddress address : now) {
      if (!masters.containsKey(address)) {
        RedisNodeSubscriptions fresh = dialling.apply(address);
        masters.put(address, fresh);
        patterns.keySet().forEach(pattern -> fresh.subscribeAll(pattern, new Ear(pattern)));
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

  /** Hears one master for all who listen to a pattern. */
  private final class Ear implements PatternListener {

    private final String pattern;

    Ear(String pattern) {
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
