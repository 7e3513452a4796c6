package io.aetherkeep.redis;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.connection.RedisErrors;
import io.aetherkeep.redis.connection.RedisRights;
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
 * One event loop's commands and scripts to the Redis of a space, wherever its keys are.
 *
 * <p>A script is known by its hash, is not begun where the user may not do all of it, and what
 * finds a key of ours that holds another type of value is done once more after a repair.
 */
public final class RedisLine {

  private final Vertx vertx;
  private final Context loop;
  private final Thread thread = Thread.currentThread();
  private final RedisRoute route;
  private final RedisRights rights;
  private final boolean traced;
  private final AtomicLong repeats = new AtomicLong();

  /**
   * A line of the calling event loop.
   *
   * @param rights what its user may do, shared with other lines of it
   */
  RedisLine(Vertx vertx, RedisRoute route, RedisRights rights) {
    this.vertx = vertx;
    this.route = route;
    this.rights = rights;
    this.loop = vertx.getOrCreateContext();
    this.traced = ((VertxInternal) vertx).tracer() != null;
  }

  RedisRoute route() {
    return route;
  }

  /** Sends one command, at once. */
  public Future<@Nullable Response> send(Request request) {
    Supplier<Future<@Nullable Response>> once = () -> onItsLoop(() -> route.send(request));
    return once.get().recover(thrown -> unlessWrongType(thrown, Stream.of(request), once));
  }

  /**
   * Sends commands that only read, whose answers belong together.
   *
   * <p>All that are asked for while the event loop handles what has come in go out in one write,
   * which spares Redis and us most of the system calls.
   */
  public Future<List<@Nullable Response>> read(Request... requests) {
    Supplier<Future<List<@Nullable Response>>> once = () -> readAll(List.of(requests));
    return once.get().recover(thrown -> unlessWrongType(thrown, Stream.of(requests), once));
  }

  private Future<List<@Nullable Response>> readAll(List<Request> all) {
    return onItsLoop(() -> route.read(all));
  }

  private <T> Future<T> unlessWrongType(
      Throwable thrown, Stream<Request> requests, Supplier<Future<T>> again) {
    return RedisErrors.isWrongType(thrown)
        ? wrongType(
            requests
                .flatMap(request -> ((RequestImpl) request).keys().stream())
                .map(key -> new String(key, StandardCharsets.UTF_8))
                .distinct()
                .toList(),
            again)
        : Future.failedFuture(thrown);
  }

  /**
   * Once more where keys of ours were damaged and are not any more; else says which keys are meant.
   */
  private <T> Future<T> wrongType(List<String> keys, Supplier<Future<T>> again) {
    return RedisTypes.healedOwn(this, rights.space(), keys)
        .compose(healed -> healed ? repeat(again) : RedisTypes.named(this, rights.space(), keys));
  }

  /** Sends something once more, or late: it runs after what was sent behind it. */
  <T> Future<T> repeat(Supplier<Future<T>> again) {
    repeats.incrementAndGet();
    return again.get();
  }

  /**
   * Sends something that must run behind writes that were sent just now. One server runs what a
   * connection sends in its order, so there it goes out at once, and again only where something had
   * to be repeated; masters of a cluster know no common order, so there the writes are awaited.
   *
   * @return what it answered, whatever became of the writes
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
  public boolean isAway(String key) {
    return route.isAway(key);
  }

  /** Whether keys are in the slots of a cluster, of which a script and a command reach one. */
  public boolean isCluster() {
    return route.isCluster();
  }

  /** Names like a key, one on each server that has some of the keys. */
  public List<String> spread(String key) {
    return route.spread(key);
  }

  /**
   * What tells the server that has a key, and its present life, from others; empty where it does
   * not say.
   */
  public String serverRun(String key) {
    return route.serverRun(key);
  }

  /** Whether what is asked for in one turn may be sent together: not where each is traced. */
  public boolean gathers() {
    return !traced;
  }

  /** Does something once the event loop has handled what has come in. */
  public void afterTurn(Runnable action) {
    loop.runOnContext(turn -> action.run());
  }

  /** Whoever is on another event loop is served as well, and answered there, but pays two hops. */
  private <T> Future<T> onItsLoop(Supplier<Future<T>> action) {
    if (Thread.currentThread() == thread) {
      return action.get();
    }
    Context caller = vertx.getOrCreateContext();
    Promise<T> answer = Promise.promise();
    loop.runOnContext(
        there -> action.get().onComplete(done -> caller.runOnContext(back -> answer.handle(done))));
    return answer.future();
  }

  /** Runs a script, giving its text only to a server that does not have it. */
  public Future<@Nullable Response> run(RedisScript script, RedisScript.Call call) {
    return allowed(script, call, () -> onItsLoop(() -> route.send(script.bySha(call))));
  }

  /** Runs a script that may be sent again if its first answer is lost, gathered with the reads. */
  public Future<@Nullable Response> read(RedisScript script, RedisScript.Call call) {
    return allowed(
        script, call, () -> readAll(List.of(script.bySha(call))).map(replies -> replies.get(0)));
  }

  /** Begins no script that Redis would break off in its middle. */
  private Future<@Nullable Response> allowed(
      RedisScript script, RedisScript.Call call, Supplier<Future<@Nullable Response>> sending) {
    if (rights.refusal(script) == null) {
      return begun(script, call, sending);
    }
    return probeRights()
        .compose(
            probed -> {
              Failure refusal = rights.refusal(script);
              return refusal == null
                  ? repeat(() -> begun(script, call, sending))
                  : Future.failedFuture(refusal);
            });
  }

  private Future<@Nullable Response> begun(
      RedisScript script, RedisScript.Call call, Supplier<Future<@Nullable Response>> sending) {
    Supplier<Future<@Nullable Response>> once =
        () ->
            sending
                .get()
                .recover(
                    thrown ->
                        RedisScript.isMissing(thrown)
                            ? repeat(() -> onItsLoop(() -> route.send(script.byText(call))))
                            : Future.failedFuture(thrown));
    return once.get()
        .recover(
            thrown ->
                RedisErrors.isDenied(thrown)
                    ? denied(script, thrown)
                    : RedisErrors.isWrongType(thrown)
                        ? wrongType(call.keys(), once)
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
    return onItsLoop(route::probeRights);
  }
}
