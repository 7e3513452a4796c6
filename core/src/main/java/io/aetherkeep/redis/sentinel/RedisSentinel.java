package io.aetherkeep.redis.sentinel;

import io.aetherkeep.redis.connection.RedisDial;
import io.aetherkeep.redis.subscription.RedisNodeSubscriptions;
import io.aetherkeep.redis.subscription.RedisSubscriptions;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One Sentinel: a connection on which it is asked, and one on which it tells of a new master.
 *
 * <p>Its news is only a reason to ask, for a message may be lost and says no epoch.
 */
final class RedisSentinel {

  /** A promotion is told first by who leads the failover, and by all when it is done. */
  private static final List<String> NEWS = List.of("+switch-master", "+promoted-slave");

  private final String group;
  private final RedisTarget target;
  private final RedisDial dial;
  private final RedisNodeSubscriptions heard;
  private final Runnable news;
  private @Nullable RedisConnection connection;
  private String why = "there has been no connection yet";

  RedisSentinel(Vertx vertx, String group, RedisTarget target, Runnable news) {
    this.group = group;
    this.target = target;
    this.news = news;
    this.dial = new RedisDial(vertx, target, null, "sentinel", new Ends());
    this.heard = new RedisNodeSubscriptions(vertx, target, null, "sentinel-news");
  }

  /** Answers when it was tried once; it is tried again for ever. */
  Future<?> open() {
    NEWS.forEach(channel -> heard.subscribe(channel, new Ear()));
    return Future.join(dial.start(), heard.open());
  }

  Future<?> close() {
    return Future.join(dial.close(), heard.close());
  }

  /**
   * Who the master is, in so much time.
   *
   * <p>The address that is asked for is already the new one while a failover ends, and the epoch is
   * in the other answer; a Sentinel does nothing in between.
   */
  Future<SentinelAnswer> ask(long millis) {
    RedisConnection present = connection;
    if (present == null) {
      return Future.failedFuture(target + ": " + why);
    }
    Future<Response> address = present.send(about("GET-MASTER-ADDR-BY-NAME"));
    Future<Response> state = present.send(about("MASTER"));
    return Future.all(address, state)
        .timeout(millis, TimeUnit.MILLISECONDS)
        .onFailure(thrown -> hangUpIfSilent(present, thrown))
        .map(both -> new SentinelAnswer(address(address.result()), epoch(state.result())))
        .recover(thrown -> Future.failedFuture(target + ": " + thrown.getMessage()));
  }

  private Request about(String what) {
    return Request.cmd(Command.SENTINEL).arg(what).arg(group);
  }

  private void hangUpIfSilent(RedisConnection asked, Throwable thrown) {
    if (thrown instanceof TimeoutException && asked == connection) {
      dial.hangUp("no answer in time");
    }
  }

  private static RedisAddress address(Response pair) {
    RedisAddress address =
        new RedisAddress(pair.get(0).toString(), Integer.parseInt(pair.get(1).toString()));
    if (!address.isSound()) {
      throw new IllegalStateException("it names a master whose host is no host: " + address);
    }
    return address;
  }

  private static long epoch(Response fields) {
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      if (fields.get(i).toString().equals("config-epoch")) {
        return Long.parseLong(fields.get(i + 1).toString());
      }
    }
    return 0;
  }

  /** Whatever it hears, and after whatever it may have missed, one asks. */
  private final class Ear implements RedisSubscriptions.Listener {

    @Override
    public void message(Buffer body) {
      news.run();
    }

    @Override
    public void missed() {
      news.run();
    }
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
                news.run();
              });
    }

    @Override
    public void lost(String reason) {
      connection = null;
      why = reason;
    }
  }
}
