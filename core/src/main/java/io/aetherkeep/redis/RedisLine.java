package io.aetherkeep.redis;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestImpl;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's pipelined connection to one Redis.
 *
 * <p>Commands go out as they come and are answered in that order. Each has a deadline; while
 * nothing is heard for longer than that, or there is no connection, commands fail at once instead
 * of piling up. After a failure by deadline the outcome is unknown: the command may still be run.
 */
public final class RedisLine {

  private static final long RIGHTS_NANOS = 1_000_000_000;

  private final Vertx vertx;
  private final RedisTarget target;
  private final RedisDial dial;
  private final Context loop;
  private final Thread thread = Thread.currentThread();
  private final RedisReads reads;
  private final RedisRights rights;
  private final Function<RedisConnection, Future<String>> check;

  /** Reads that are gathered leave their askers' contexts, and so their traces. */
  private final boolean traced;

  private final long timeoutNanos;

  private RedisFlights flights = new RedisFlights(() -> {});
  private volatile @Nullable RedisConnection connection;
  private volatile String why = "there has been no connection yet";

  /** Which run of which server the connection leads to. */
  private volatile String serverRun = "";

  /** Nothing is sent since a deadline passed, until a probe comes back. */
  private volatile boolean stalled;

  private boolean probing;
  private @Nullable Future<Void> probingRights;
  private long rightsProbedAt = System.nanoTime();
  private volatile @Nullable String unsupported;
  private final LoopDelay delay;
  private long sent;
  private long refused;
  private long sweeper = -1;

  /**
   * A line that has yet to be opened.
   *
   * @param rights what its user may do, shared with other lines of it
   * @param check what a server must pass before it is used; answers its run
   */
  RedisLine(
      Vertx vertx,
      RedisTarget target,
      @Nullable RedisMaster master,
      String name,
      RedisRights rights,
      Function<RedisConnection, Future<String>> check) {
    this.vertx = vertx;
    this.target = target;
    this.rights = rights;
    this.check = check;
    this.loop = vertx.getOrCreateContext();
    this.timeoutNanos = target.timeout().toNanos();
    this.delay = new LoopDelay(Duration.ofMillis(sweepMillis()), System.nanoTime());
    this.dial = new RedisDial(vertx, target, master, name, new Ends());
    this.traced = ((VertxInternal) vertx).tracer() != null;
    this.reads = new RedisReads(loop, this::sendAll);
  }

  Future<Void> open() {
    sweeper = vertx.setPeriodic(sweepMillis(), id -> sweep());
    return dial.start();
  }

  Future<Void> close() {
    vertx.cancelTimer(sweeper);
    return dial.close();
  }

  private long sweepMillis() {
    return Math.max(1, target.timeout().toMillis() / 8);
  }

  /** Why commands fail without being sent; none while they are sent. */
  @Nullable String whyAway() {
    return isAway() ? why : null;
  }

  /** Why the server that answers cannot be used at all, if it is so. */
  @Nullable String unsupported() {
    return unsupported;
  }

  /** Sends one command, at once. */
  public Future<@Nullable Response> send(Request request) {
    Supplier<Future<@Nullable Response>> once = () -> onItsLoop(() -> sendOne(request));
    return once.get().recover(thrown -> unlessWrongType(thrown, Stream.of(request), once));
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
    return RedisTypes.healedOwn(this, rights.prefix(), keys)
        .compose(healed -> healed ? again.get() : RedisTypes.named(this, rights.prefix(), keys));
  }

  /** Whether commands fail without being sent. */
  public boolean isAway() {
    return connection == null || stalled;
  }

  /**
   * What tells the server behind the connection, and its present life, from others; empty where it
   * does not say.
   */
  public String serverRun() {
    return serverRun;
  }

  /** What went over this line, and what waits on it; others look at it from their threads. */
  RedisTraffic traffic() {
    return new RedisTraffic(sent, refused, flights.commands());
  }

  private Future<@Nullable Response> sendOne(Request request) {
    RedisConnection present = connection;
    Failure refusal = refusal(present);
    if (present == null || refusal != null) {
      return Future.failedFuture(refusal);
    }
    sent++;
    return flights.follow(
        1, place -> name(request), present.send(request), System.nanoTime() + timeoutNanos);
  }

  private static String name(Request request) {
    return String.valueOf(request.command()).toUpperCase(Locale.ROOT);
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
    return onItsLoop(() -> traced ? sendAll(all) : reads.add(all));
  }

  /** Whether what is asked for in one turn may be sent together: not where each is traced. */
  public boolean gathers() {
    return !traced;
  }

  /** Does something once the event loop has handled what has come in. */
  public void afterTurn(Runnable action) {
    loop.runOnContext(turn -> action.run());
  }

  private Future<List<@Nullable Response>> sendAll(List<Request> requests) {
    RedisConnection present = connection;
    Failure refusal = refusal(present);
    if (present == null || refusal != null) {
      return Future.failedFuture(refusal);
    }
    sent += requests.size();
    return flights.follow(
        requests.size(),
        place -> name(requests.get(Math.min(place, requests.size() - 1))),
        present.batch(requests),
        System.nanoTime() + timeoutNanos);
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

  private @Nullable Failure refusal(@Nullable RedisConnection present) {
    if (present == null || stalled) {
      refused++;
      return RedisDial.unavailable("Redis is not answering: " + why);
    }
    return flights.commands() >= target.maxInFlight()
        ? Failure.of(Code.OVERLOADED, "Too many commands wait for Redis's answers")
        : null;
  }

  /** Runs a script, giving its text only to a server that does not have it. */
  public Future<@Nullable Response> run(RedisScript script, RedisScript.Call call) {
    return allowed(script, call, () -> onItsLoop(() -> sendOne(script.bySha(call))));
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
              return refusal == null ? begun(script, call, sending) : Future.failedFuture(refusal);
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
                            ? onItsLoop(() -> sendOne(script.byText(call)))
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

  /** One look at a time. */
  private Future<Void> probeRights() {
    return onItsLoop(
        () -> {
          Future<Void> present = probingRights;
          if (present == null || present.isComplete()) {
            rightsProbedAt = System.nanoTime();
            present = rights.probe(this::sendOne);
            probingRights = present;
          }
          return present;
        });
  }

  private void sweep() {
    long now = System.nanoTime();
    flights.excuse(delay.tick(now));
    String late = "no answer within " + target.timeout().toMillis() + " ms";
    if (!flights.failLate(now, "Redis gave " + late)) {
      probe();
      probeDenied(now);
      return;
    }
    why = late;
    stalled = true;
    if (now - flights.heardAt() > 2 * timeoutNanos) {
      dial.hangUp(late);
    }
  }

  /** What was denied may be allowed by now, though nobody asks for it. */
  private void probeDenied(long now) {
    if (!rights.denied().isEmpty() && now - rightsProbedAt > RIGHTS_NANOS) {
      probeRights();
    }
  }

  /** A line that let a command wait too long is used again once a ping was answered in time. */
  private void probe() {
    RedisConnection present = connection;
    if (!stalled || probing || present == null) {
      return;
    }
    probing = true;
    flights
        .follow(
            1,
            place -> "PING",
            present.send(Request.cmd(Command.PING)),
            System.nanoTime() + timeoutNanos)
        .onComplete(
            pong -> {
              probing = false;
              if (pong.succeeded() && connection == present) {
                stalled = false;
              }
            });
  }

  /** A server that is a replica now takes no writes, and what it reads out is behind. */
  private void demoted(RedisConnection which) {
    if (which == connection) {
      dial.demoted();
    }
  }

  /** What the dial tells this line. */
  private final class Ends implements RedisDial.Caller {

    @Override
    public Future<?> reached(RedisConnection fresh) {
      // A frozen server accepts connections too: only an answer makes it a live one.
      return fresh
          .send(Request.cmd(Command.PING))
          .compose(pong -> check.apply(fresh))
          .compose(run -> rights.probe(fresh::send).map(run))
          .onFailure(thrown -> unsupported = reason(thrown))
          .onSuccess(
              run -> {
                unsupported = null;
                serverRun = run;
                flights = new RedisFlights(() -> demoted(fresh));
                flights.heard();
                connection = fresh;
              });
    }

    private static @Nullable String reason(Throwable thrown) {
      return thrown instanceof RedisServerCheck.Unsupported ? thrown.getMessage() : null;
    }

    @Override
    public void lost(String reason) {
      connection = null;
      why = reason;
      stalled = false;
      flights.failAll("The connection broke");
    }
  }
}
