package io.aetherkeep.redis.discovery;

import io.aetherkeep.redis.connection.RedisDial;
import io.aetherkeep.redis.connection.RedisPing;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Connection to a server that is asked about other servers: a Sentinel, or a node of a cluster.
 *
 * <p>It reconnects without limit. A connection is replaced after two timeouts in a row; a single
 * one may come from a blocked event loop of this node.
 */
public final class RedisQuestions {

  private final RedisTarget target;
  private final RedisDial dial;
  private final Runnable changed;
  private @Nullable RedisConnection connection;
  private String why = "there has been no connection yet";
  private boolean silent;

  /**
   * Creates a connection, not dialled yet.
   *
   * @param changed called when the connection is established or lost
   */
  public RedisQuestions(Vertx vertx, RedisTarget target, String name, Runnable changed) {
    this.target = target;
    this.changed = changed;
    this.dial = new RedisDial(vertx, target, null, name, new Ends());
  }

  /** Completes after the first attempt to connect; further attempts follow until one succeeds. */
  public Future<Void> open() {
    return dial.start();
  }

  public Future<Void> close() {
    return dial.close();
  }

  /**
   * Sends two commands together.
   *
   * @param read combines both replies; an exception counts as a failure
   * @return fails with the server and the reason in its message
   */
  public <A> Future<A> ask(
      long millis, Request first, Request second, BiFunction<Response, Response, A> read) {
    RedisConnection present = connection;
    if (present == null) {
      return Future.failedFuture(target + ": " + why);
    }
    Future<Response> one = present.send(first);
    Future<Response> two = present.send(second);
    return Future.all(one, two)
        .timeout(millis, TimeUnit.MILLISECONDS)
        .onSuccess(answered -> silent = false)
        .onFailure(thrown -> disconnectIfSilent(present, thrown))
        .map(both -> read.apply(one.result(), two.result()))
        .recover(thrown -> Future.failedFuture(target + ": " + thrown.getMessage()));
  }

  private void disconnectIfSilent(RedisConnection asked, Throwable thrown) {
    if (thrown instanceof TimeoutException && asked == connection) {
      if (silent) {
        dial.disconnect("no answer in time, twice");
      }
      silent = true;
    }
  }

  private final class Ends implements RedisDial.Caller {

    @Override
    public Future<?> reached(RedisConnection fresh) {
      return RedisPing.send(fresh)
          .onSuccess(
              pong -> {
                if (dial.isCurrent(fresh)) {
                  connection = fresh;
                  silent = false;
                  changed.run();
                }
              });
    }

    @Override
    public void lost(String reason) {
      connection = null;
      why = reason;
      changed.run();
    }
  }
}
