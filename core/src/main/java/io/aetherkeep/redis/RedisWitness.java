package io.aetherkeep.redis;

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

/** One node of a cluster on a connection of its own, on which it is asked who serves which slot. */
final class RedisWitness {

  private static final Pattern EPOCH = Pattern.compile("cluster_current_epoch:([0-9]+)");

  /**
   * What a node says of its cluster.
   *
   * @param sound whether the cluster is in order, as the node sees it: one that is cut off from
   *     most masters says no
   * @param epoch of the last change that it knows
   */
  record Word(RedisSlots slots, boolean sound, long epoch) {}

  private final RedisAddress address;
  private final RedisTarget target;
  private final RedisDial dial;
  private final Runnable news;
  private @Nullable RedisConnection connection;
  private String why = "there has been no connection yet";

  /** Whether the last question was not answered in time: an event loop that was held up is one. */
  private boolean silent;

  /**
   * A witness that has yet to be opened.
   *
   * @param news called when there is a connection anew
   */
  RedisWitness(Vertx vertx, RedisAddress address, RedisTarget cluster, Runnable news) {
    this.address = address;
    this.target = cluster.at(address).withoutDatabase();
    this.news = news;
    this.dial = new RedisDial(vertx, target, null, "cluster", new Ends());
  }

  /** Answers when it was tried once; it is tried again for ever. */
  Future<Void> open() {
    return dial.start();
  }

  Future<Void> close() {
    return dial.close();
  }

  /** Who serves what, in so much time. */
  Future<Word> ask(long millis) {
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
        .map(both -> word(String.valueOf(info.result()), slots.result()))
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

  private Word word(String info, Response ranges) {
    Matcher epoch = EPOCH.matcher(info);
    List<RedisSlots.Range> all = new ArrayList<>();
    for (Response range : ranges) {
      RedisAddress master = master(range.get(2));
      if (master.isSound()) {
        all.add(new RedisSlots.Range(range.get(0).toInteger(), range.get(1).toInteger(), master));
      }
    }
    return new Word(
        new RedisSlots(all),
        info.contains("cluster_state:ok"),
        epoch.find() ? Long.parseLong(epoch.group(1)) : 0);
  }

  /** A node whose host is not known, or not to be told, is where this one is. */
  private RedisAddress master(Response node) {
    Response host = node.get(0);
    String said = host == null ? "" : host.toString();
    return new RedisAddress(
        said.isEmpty() || said.equals("?") ? address.host() : said, node.get(1).toInteger());
  }

  /** What the dial tells. */
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
