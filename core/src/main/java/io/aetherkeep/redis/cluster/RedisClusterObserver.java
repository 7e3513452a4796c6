package io.aetherkeep.redis.cluster;

import io.aetherkeep.redis.connection.RedisDial;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Observer of a cluster through one node: asks it for the slot table on a connection of its own.
 */
final class RedisClusterObserver {

  private static final Pattern EPOCH = Pattern.compile("cluster_current_epoch:([0-9]+)");

  /**
   * A cluster as one node reports it.
   *
   * @param sound whether the state is ok; a node cut off from most masters reports that it is not
   * @param epoch of the latest change that the node knows
   */
  record View(RedisSlots slots, boolean sound, long epoch) {}

  private final RedisAddress address;
  private final RedisTarget target;
  private final RedisDial dial;
  private final Runnable news;
  private @Nullable RedisConnection connection;
  private String why = "there has been no connection yet";

  /** Whether the last question timed out; a blocked event loop here can be the reason of one. */
  private boolean silent;

  /**
   * An observer that is not connected yet.
   *
   * @param news called when the connection is there or lost
   */
  RedisClusterObserver(Vertx vertx, RedisAddress address, RedisTarget cluster, Runnable news) {
    this.address = address;
    this.target = cluster.at(address).withoutDatabase();
    this.news = news;
    this.dial = new RedisDial(vertx, target, null, "cluster", new Ends());
  }

  /** Completes after the first attempt to connect; further attempts follow until one succeeds. */
  Future<Void> open() {
    return dial.start();
  }

  Future<Void> close() {
    return dial.close();
  }

  /** The node's view of the cluster, within so many milliseconds. */
  Future<View> ask(long millis) {
    RedisConnection present = connection;
    if (present == null) {
      return Future.failedFuture(target + ": " + why);
    }
    Future<Response> info = present.send(Request.cmd(Command.CLUSTER).arg("INFO"));
    Future<Response> slots = present.send(Request.cmd(Command.CLUSTER).arg("SLOTS"));
    return Future.all(info, slots)
        .timeout(millis, TimeUnit.MILLISECONDS)
        .onSuccess(answered -> silent = false)
        .onFailure(thrown -> hangUpIfSilent(present, thrown))
        .map(both -> view(String.valueOf(info.result()), slots.result()))
        .recover(thrown -> Future.failedFuture(target + ": " + thrown.getMessage()));
  }

  private void hangUpIfSilent(RedisConnection asked, Throwable thrown) {
    if (thrown instanceof TimeoutException && asked == connection) {
      if (silent) {
        dial.hangUp("no answer in time, twice");
      }
      silent = true;
    }
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
    String said = host == null ? "" : host.toString();
    return new RedisAddress(
        said.isEmpty() || said.equals("?") ? address.host() : said, node.get(1).toInteger());
  }

  /** Reacts to the dial. */
  private final class Ends implements RedisDial.Caller {

    @Override
    public Future<?> reached(RedisConnection fresh) {
      return fresh
          .send(Request.cmd(Command.PING))
          .onSuccess(
              pong -> {
                connection = fresh;
                silent = false;
                news.run();
              });
    }

    @Override
    public void lost(String reason) {
      connection = null;
      why = reason;
      news.run();
    }
  }
}
