package io.aetherkeep.redis;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.connection.RedisErrors;
import io.aetherkeep.redis.connection.RedisPermissions;
import io.aetherkeep.redis.connection.RedisRoute;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestImpl;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Redis client of one event loop and space: sends commands and scripts to the server of their keys.
 *
 * <p>It sends scripts by their hash, refuses a script that uses a command denied to the user, and
 * repairs own keys of a wrong type and repeats the command.
 */
public final class RedisLine {

  private final Vertx vertx;
  private final Context loop;
  private final Thread thread = Thread.currentThread();
  private final RedisRoute route;
  private final RedisPermissions rights;
  private final RedisOutbox outbox;
  private final boolean traced;
  private final AtomicLong repeats = new AtomicLong();

  /**
   * Creates a line of the calling event loop.
   *
   * @param rights permissions of the user, shared by all lines of the space
   * @param outbox outbox of the space, to which scripts append events
   */
  RedisLine(Vertx vertx, RedisRoute route, RedisPermissions rights, RedisOutbox outbox) {
    this.vertx = vertx;
    this.route = route;
    this.rights = rights;
    this.outbox = outbox;
    this.loop = vertx.getOrCreateContext();
    this.traced = ((VertxInternal) vertx).tracer() != null;
  }

  RedisRoute route() {
    return route;
  }

  /** Sends one command at once. */
  public Future<@Nullable Response> send(Request request) {
    Supplier<Future<@Nullable Response>> attempt = () -> onOwnLoop(() -> route.send(request));
    return attempt.get().recover(thrown -> repairWrongType(thrown, Stream.of(request), attempt));
  }

  /**
   * Sends read commands, whose replies belong together.
   *
   * <p>All reads of one turn of the event loop are sent in one write, which saves most system calls
   * here and in Redis.
   */
  public Future<List<@Nullable Response>> read(Request... requests) {
    Supplier<Future<List<@Nullable Response>>> attempt = () -> readAll(List.of(requests));
    return attempt.get().recover(thrown -> repairWrongType(thrown, Stream.of(requests), attempt));
  }

  private Future<List<@Nullable Response>> readAll(List<Request> all) {
    return onOwnLoop(() -> route.read(all));
  }

  private <T> Future<T> repairWrongType(
      Throwable thrown, Stream<Request> requests, Supplier<Future<T>> again) {
    return RedisErrors.isWrongType(thrown)
        ? repairOrName(
            requests
                .flatMap(request -> ((RequestImpl) request).keys().stream())
                .map(key -> new String(key, StandardCharsets.UTF_8))
                .distinct()
                .toList(),
            again)
        : Future.failedFuture(thrown);
  }

  /**
   * Repeats the command if own keys were repaired; otherwise fails with the names of the wrong
   * keys.
   */
  private <T> Future<T> repairOrName(List<String> keys, Supplier<Future<T>> again) {
    return RedisTypes.removeMistypedOwn(this, rights.space(), keys)
        .compose(healed -> healed ? repeat(again) : RedisTypes.named(this, rights.space(), keys));
  }

  /** Repeats a command, which then runs after commands that were sent later. */
  <T> Future<T> repeat(Supplier<Future<T>> again) {
    repeats.incrementAndGet();
    return again.get();
  }

  /**
   * Sends a command that must run after writes that were just sent. One server runs the commands of
   * a connection in order, so it is sent at once, and repeated only if a write was repeated. The
   * masters of a cluster have no common order, so the writes are awaited.
   *
   * @return the command's reply, whether or not the writes fail
   */
  public <T> Future<T> behind(Future<?> writes, Supplier<Future<T>> then) {
    if (isCluster()) {
      return writes.transform(done -> then.get());
    }
    long before = repeats.get();
    Future<T> sent = then.get();
    return writes.transform(
        done -> sent.transform(found -> repeats.get() == before ? sent : then.get()));
  }

  /** Whether commands on a key fail without being sent. */
  public boolean isUnavailable(String key) {
    return route.isUnavailable(key);
  }

  /** Whether this is a cluster, where a command or script reaches the keys of one slot. */
  public boolean isCluster() {
    return route.isCluster();
  }

  /** Variants of a key, one on each server that has some of the keys. */
  public List<String> spread(String key) {
    return route.spread(key);
  }

  /** Run id of the server that has a key; empty if unknown. */
  public String serverRun(String key) {
    return route.serverRun(key);
  }

  /** Whether reads of one turn are sent together; false with tracing. */
  public boolean isBatching() {
    return !traced;
  }

  /** Whether the caller is on this line's event loop. */
  public boolean isOnOwnLoop() {
    return Thread.currentThread() == thread;
  }

  /** Runs an action after the current turn of the event loop. */
  public void afterTurn(Runnable action) {
    loop.runOnContext(turn -> action.run());
  }

  /**
   * Runs an action on this line's event loop, and answers on the caller's; a caller on another loop
   * pays two context switches.
   */
  private <T> Future<T> onOwnLoop(Supplier<Future<T>> action) {
    if (isOnOwnLoop()) {
      return action.get();
    }
    Context caller = vertx.getOrCreateContext();
    Promise<T> answer = Promise.promise();
    loop.runOnContext(
        there -> action.get().onComplete(done -> caller.runOnContext(back -> answer.handle(done))));
    return answer.future();
  }

  /** Whether an endpoint receives events of a script, so that the script must announce them. */
  public boolean announces(RedisScript script) {
    return outbox.wants(script);
  }

  /** Runs a script by its hash, and sends its text only to a server that does not have it. */
  public Future<@Nullable Response> run(RedisScript script, RedisScript.Call known) {
    RedisScript.Call call = outbox.complete(script, known);
    return outbox.noting(
        call, allowed(script, call, () -> onOwnLoop(() -> route.send(script.bySha(call)))));
  }

  /** Runs a script that may be repeated if its reply is lost, in one write with the reads. */
  public Future<@Nullable Response> read(RedisScript script, RedisScript.Call known) {
    RedisScript.Call call = outbox.complete(script, known);
    return outbox.noting(
        call,
        allowed(
            script,
            call,
            () -> readAll(List.of(script.bySha(call))).map(replies -> replies.get(0))));
  }

  /** Runs a script unless it uses a denied command, where Redis would abort it halfway. */
  private Future<@Nullable Response> allowed(
      RedisScript script, RedisScript.Call call, Supplier<Future<@Nullable Response>> sending) {
    if (rights.refusal(script) == null) {
      return runAllowed(script, call, sending);
    }
    return probeRights()
        .compose(
            probed -> {
              Failure refusal = rights.refusal(script);
              return refusal == null
                  ? repeat(() -> runAllowed(script, call, sending))
                  : Future.failedFuture(refusal);
            });
  }

  private Future<@Nullable Response> runAllowed(
      RedisScript script, RedisScript.Call call, Supplier<Future<@Nullable Response>> sending) {
    Supplier<Future<@Nullable Response>> attempt =
        () ->
            sending
                .get()
                .recover(
                    thrown ->
                        RedisScript.isMissing(thrown)
                            ? repeat(() -> onOwnLoop(() -> route.send(script.byText(call))))
                            : Future.failedFuture(thrown));
    return attempt
        .get()
        .recover(
            thrown ->
                RedisErrors.isDenied(thrown)
                    ? denied(script, thrown)
                    : RedisErrors.isWrongType(thrown)
                        ? repairOrName(call.keys(), attempt)
                        : Future.failedFuture(thrown));
  }

  private <T> Future<T> denied(RedisScript script, Throwable thrown) {
    return probeRights()
        .compose(
            probed -> {
              Failure named = rights.refusal(script);
              return Future.failedFuture(named == null ? thrown : named);
            });
  }

  private Future<Void> probeRights() {
    return onOwnLoop(route::probeRights);
  }
}
