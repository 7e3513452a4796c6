package io.aetherkeep.health.redis;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisSubscriptions;
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
 * Sends a canary through one Redis, time and again: it is written, read, published and heard. Only
 * what came back all the way counts.
 */
public final class RedisCanary {

  private final RedisLine line;
  private final RedisSubscriptions subscriptions;
  private final String name;
  private final long lifetimeMillis;
  private final InstantSource clock;
  private final CanaryHealth pulse;
  private final Supplier<@Nullable String> partly;
  private final RedisSubscriptions.Listener listener = this::heard;
  private long flown;
  private Promise<Void> landed = Promise.promise();

  /**
   * A canary yet to fly.
   *
   * @param partly why other event loops, or some of the slots, are not reached; none where all are
   */
  public RedisCanary(
      RedisLine line,
      RedisSubscriptions subscriptions,
      Space space,
      String node,
      InstantSource clock,
      CanaryHealth pulse,
      Supplier<@Nullable String> partly) {
    this.partly = partly;
    this.line = line;
    this.subscriptions = subscriptions;
    this.name = space.prefix() + Keyspaces.CANARIES.key(node).text();
    this.lifetimeMillis = space.lifetime(Keyspaces.CANARIES).length().toMillis();
    this.clock = clock;
    this.pulse = pulse;
  }

  /** Listens, and lets the first fly once it would be heard. */
  public void open() {
    subscriptions.subscribe(name, listener).onSuccess(listening -> fly());
  }

  void close() {
    subscriptions.unsubscribe(name, listener);
  }

  /**
   * Lets one fly; one that is still under way is given up. All of it goes out at once, for the
   * server keeps the order: a Redis that is far away costs the way there and back but once.
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
    return Request.cmd(Command.SET).arg(key).arg(token).arg("PX").arg(lifetimeMillis);
  }

  private Future<?> read(String key, String token) {
    return line.send(Request.cmd(Command.GET).arg(key))
        .compose(
            found ->
                found != null && token.equals(found.toString())
                    ? Future.succeededFuture()
                    : Future.failedFuture("what was written is not what is read"));
  }

  /** Of a cluster it is told which part is away. */
  private void miss(String reason) {
    String part = line.isCluster() ? partly.get() : null;
    pulse.missed(part == null ? reason : part);
  }

  private void beat(long start) {
    String part = partly.get();
    if (part == null) {
      Instant now = clock.instant();
      pulse.beat(now, (System.nanoTime() - start) / 1e6);
    } else {
      pulse.missed(part);
    }
  }

  private void heard(Buffer token) {
    if (token.toString().equals(Long.toString(flown))) {
      landed.tryComplete();
    }
  }
}
