package io.aetherkeep.redis.cluster;

import io.aetherkeep.redis.connection.RedisNode;
import io.aetherkeep.redis.connection.RedisRedirect;
import io.aetherkeep.redis.target.RedisAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Command to one slot that follows redirects through the cluster until its timeout. */
final class RoutedCommand {

  private static final int MOST_HOPS = 5;

  /** Pause before repeating a command whose keys are being moved (TRYAGAIN). */
  private static final long PAUSE_MILLIS = 20;

  private final Vertx vertx;
  private final RedisTopology topology;
  private final RedisClusterMasters masters;
  private final Request request;
  private final int slot;
  private final long end;
  private int hops;

  RoutedCommand(
      Vertx vertx,
      RedisTopology topology,
      RedisClusterMasters masters,
      Duration timeout,
      Request request,
      int slot) {
    this.vertx = vertx;
    this.topology = topology;
    this.masters = masters;
    this.end = System.nanoTime() + timeout.toNanos();
    this.request = request;
    this.slot = slot;
  }

  Future<@Nullable Response> to(RedisAddress owner) {
    return to(owner, RedisNode::send);
  }

  private Future<@Nullable Response> to(
      RedisAddress address, BiFunction<RedisNode, Request, Future<@Nullable Response>> how) {
    return masters
        .send(address, request, how)
        .recover(
            thrown ->
                thrown instanceof RedisRedirect redirect
                    ? redirected(redirect, address)
                    : Future.failedFuture(thrown));
  }

  private Future<@Nullable Response> redirected(RedisRedirect redirect, RedisAddress from) {
    boolean moving = redirect.kind() == RedisRedirect.Kind.TRYAGAIN;
    if (System.nanoTime() > end || (hops == MOST_HOPS && !moving)) {
      return Future.failedFuture(redirect.failure());
    }
    return switch (redirect.kind()) {
      case MOVED -> {
        hops++;
        topology.refresh();
        yield to(redirect.address(from), RedisNode::send);
      }
      case ASK -> {
        hops++;
        yield to(redirect.address(from), RedisNode::ask);
      }
      case TRYAGAIN -> {
        // Each attempt follows the redirects anew, as long as the move lasts.
        hops = 0;
        yield vertx
            .timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
            .compose(
                later ->
                    to(
                        Objects.requireNonNullElse(topology.slots().owner(slot), from),
                        RedisNode::send));
      }
    };
  }
}
