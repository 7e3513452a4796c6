package io.aetherkeep.redis.cluster;

import io.aetherkeep.redis.discovery.RedisQuestions;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Observer of a cluster through one node: asks it for the slot table on a separate connection. */
final class RedisClusterObserver {

  private static final Pattern EPOCH = Pattern.compile("cluster_current_epoch:([0-9]+)");

  /**
   * A cluster as one node reports it.
   *
   * @param sound whether the state is ok; a node that is cut off from most masters reports another
   *     state
   * @param epoch epoch of the latest change that the node knows
   */
  record View(RedisSlots slots, boolean sound, long epoch) {}

  private final RedisAddress address;
  private final RedisQuestions node;

  /**
   * Creates an observer, not connected yet.
   *
   * @param changed called when the connection is established or lost
   */
  RedisClusterObserver(Vertx vertx, RedisAddress address, RedisTarget cluster, Runnable changed) {
    this.address = address;
    this.node =
        new RedisQuestions(vertx, cluster.at(address).withoutDatabase(), "cluster", changed);
  }

  /** Completes after the first attempt to connect; further attempts follow until one succeeds. */
  Future<Void> open() {
    return node.open();
  }

  Future<Void> close() {
    return node.close();
  }

  /** Asks for the node's view of the cluster, with a timeout in milliseconds. */
  Future<View> ask(long millis) {
    return node.ask(
        millis,
        Request.cmd(Command.CLUSTER).arg("INFO"),
        Request.cmd(Command.CLUSTER).arg("SLOTS"),
        (info, slots) -> view(info.toString(), slots));
  }

  private View view(String info, Response ranges) {
    Matcher epoch = EPOCH.matcher(info);
    List<RedisSlots.Range> all = new ArrayList<>();
    for (Response range : ranges) {
      RedisAddress master = master(range.get(2));
      if (master.isSound()) {
        all.add(new RedisSlots.Range(range.get(0).toInteger(), range.get(1).toInteger(), master));
      }
    }
    return new View(
        new RedisSlots(all),
        info.contains("cluster_state:ok"),
        epoch.find() ? Long.parseLong(epoch.group(1)) : 0);
  }

  /** The address of a node; without a host name it has the host of this one. */
  private RedisAddress master(Response node) {
    Response host = node.get(0);
    String reported = host == null ? "" : host.toString();
    return new RedisAddress(
        reported.isEmpty() || reported.equals("?") ? address.host() : reported,
        node.get(1).toInteger());
  }
}
