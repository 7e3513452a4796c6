package io.aetherkeep.health.redis;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.subscription.RedisSubscriptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Canary of one Redis: a token that is periodically written, read, published and received. It
 * counts only if all steps succeed.
 */
public final class RedisCanary {

  private final RedisLine line;
  private final RedisSubscriptions subscriptions;
  private final String name;
  private final Space space;
  private final InstantSource clock;
  private final CanaryHealth health;
  private final Supplier<@Nullable String> degradedReason;
  private final RedisSubscriptions.Listener listener = this::onMessage;
  private long flown;
  private Promise<Void> landed = Promise.promise();

  /**
   * Creates the canary of a Redis.
   *
   * @param degradedReason why other event loops cannot reach Redis, or some slots are down; else
   *     null
   */
  public RedisCanary(
      RedisLine line,
      RedisSubscriptions subscriptions,
      Space space,
      String node,
      InstantSource clock,
      CanaryHealth health,
      Supplier<@Nullable String> degradedReason) {
    this.degradedReason = degradedReason;
    this.line = line;
    this.subscriptions = subscriptions;
    this.name = space.prefix() + Keyspaces.CANARIES.key(node).text();
    this.space = space;
    this.clock = clock;
    this.health = health;
  }

  /** Subscribes, then sends the first canary. */
  public void open() {
    subscriptions.subscribe(name, listener).onSuccess(listening -> fly());
  }

  void close() {
    subscriptions.unsubscribe(name, listener);
  }

  /**
   * Sends a canary and gives up the one before. All commands go out at once, because the server
   * keeps their order: a distant Redis costs one round trip.
   */
  public void fly() {
    long start = System.nanoTime();
    String token = Long.toString(++flown);
    Promise<Void> back = Promise.promise();
    landed.tryFail("no published message has come back");
    landed = back;
    List<Future<?>> sent = new ArrayList<>();
    for (String key : line.spread(name)) {
      sent.add(line.send(set(key, token)));
      sent.add(read(key, token));
    }
    sent.add(line.send(Request.cmd(Command.PUBLISH).arg(name).arg(token)));
    Future.all(sent)
        .compose(all -> back.future())
        .onComplete(done -> beat(start), thrown -> miss(RedisState.reason(thrown)));
  }

  private Request set(String key, String token) {
    return Request.cmd(Command.SET).arg(key).arg(token).arg("PX").arg(lifetimeMillis());
  }

  private Future<?> read(String key, String token) {
    return line.send(Request.cmd(Command.GET).arg(key))
        .compose(
            found ->
                found != null && token.equals(found.toString())
                    ? Future.succeededFuture()
                    : Future.failedFuture("what was written is not what is read"));
  }

  /** Records a miss; in a cluster with the part that is down. */
  private void miss(String reason) {
    String part = line.isCluster() ? degradedReason.get() : null;
    health.missed(part == null ? reason : part);
  }

  private void beat(long start) {
    String part = degradedReason.get();
    if (part == null) {
      Instant now = clock.instant();
      health.beat(now, (System.nanoTime() - start) / 1e6);
    } else {
      health.missed(part);
    }
  }

  private void onMessage(Buffer token) {
    if (token.toString().equals(Long.toString(flown))) {
      landed.tryComplete();
    }
  }

  private long lifetimeMillis() {
    return space.lifetime(Keyspaces.CANARIES).length().toMillis();
  }
}
