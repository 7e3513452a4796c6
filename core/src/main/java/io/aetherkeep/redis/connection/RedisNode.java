package io.aetherkeep.redis.connection;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's pipelined connection to one Redis server.
 *
 * <p>Commands go out as they come and are answered in that order. Each has a deadline; while
 * nothing is heard for longer than that, or there is no connection, commands fail at once instead
 * of piling up. After a failure by deadline the outcome is unknown: the command may still be run.
 */
public final class RedisNode implements RedisRoute {

  private static final long RIGHTS_NANOS = 1_000_000_000;

  private final Vertx vertx;
  private final RedisTarget target;
  private final RedisDial dial;
  private final RedisReads reads;
  private final RedisRights rights;
  private final Terms terms;

  /** Reads that are gathered leave their askers' contexts, and so their traces. */
  private final boolean traced;

  private final long timeoutNanos;

  private RedisInFlight flights;
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
  private Future<Void> opened = Future.succeededFuture();

  /**
   * What tells a server of its own from a node of a cluster.
   *
   * @param check what it must pass before it is used; answers its run
   * @param errors the failures that its error replies stand for
   * @param slots whether a key is in a slot of its; what is probed there needs one
   */
  public record Terms(
      Function<RedisConnection, Future<String>> check,
      RedisInFlight.Errors errors,
      Predicate<String> slots) {

    /** Those of a server that has all keys. */
    public static Terms ofServer(Function<RedisConnection, Future<String>> check) {
      return new Terms(check, RedisErrors::failure, any -> true);
    }

    /** Those of a node of a cluster. */
    public static Terms ofNode(
        Function<RedisConnection, Future<String>> check, Predicate<String> slots) {
      return new Terms(check, RedisErrors::ofNode, slots);
    }

    /** Those of a node for a tool: it has error replies as they are, and no right is probed. */
    public static Terms ofTool(Function<RedisConnection, Future<String>> check) {
      return new Terms(check, RedisErrors::ofTool, any -> false);
    }
  }

  /**
   * A connection that has yet to be opened.
   *
   * @param master who knows the address; nobody where the target says it
   * @param rights what its user may do, shared with other lines of it
   */
  public RedisNode(
      Vertx vertx,
      RedisTarget target,
      @Nullable RedisLocator master,
      String name,
      RedisRights rights,
      Terms terms) {
    this.vertx = vertx;
    this.target = target;
    this.rights = rights;
    this.terms = terms;
    this.timeoutNanos = target.timeout().toNanos();
    this.delay = new LoopDelay(Duration.ofMillis(sweepMillis()), System.nanoTime());
    this.dial = new RedisDial(vertx, target, master, name, new Ends());
    this.traced = ((VertxInternal) vertx).tracer() != null;
    this.flights = new RedisInFlight(terms.errors(), () -> {});
    this.reads = new RedisReads(vertx.getOrCreateContext(), this::sendAll);
  }

  @Override
  public Future<Void> open() {
    sweeper = vertx.setPeriodic(sweepMillis(), id -> sweep());
    opened = dial.start();
    return opened;
  }

  /** Answers when the first dialling has come to something. */
  public Future<Void> opened() {
    return opened;
  }

  @Override
  public Future<Void> close() {
    vertx.cancelTimer(sweeper);
    return dial.close();
  }

  private long sweepMillis() {
    return Math.max(1, target.timeout().toMillis() / 8);
  }

  @Override
  public @Nullable String whyAway() {
    return isAway() ? why : null;
  }

  @Override
  public @Nullable String unsupported() {
    return unsupported;
  }

  @Override
  public boolean isAway(String key) {
    return isAway();
  }

  public boolean isAway() {
    return connection == null || stalled;
  }

  @Override
  public boolean isCluster() {
    return false;
  }

  @Override
  public List<RedisMasterView> masters() {
    return List.of();
  }

  @Override
  public List<String> spread(String key) {
    return List.of(key);
  }

  @Override
  public String serverRun(String key) {
    return serverRun;
  }

  @Override
  public RedisTraffic traffic() {
    return new RedisTraffic(sent, refused, flights.commands());
  }

  @Override
  public Future<@Nullable Response> send(Request request) {
    RedisConnection present = connection;
    Failure refusal = refusal(present);
    if (present == null || refusal != null) {
      return Future.failedFuture(refusal);
    }
    sent++;
    return flights.follow(
        1, place -> name(request), present.send(request), System.nanoTime() + timeoutNanos);
  }

  /** Sends a command on a key that is on its way to this node of a cluster. */
  public Future<@Nullable Response> ask(Request request) {
    send(Request.cmd(Command.ASKING));
    return send(request);
  }

  private static String name(Request request) {
    return String.valueOf(request.command()).toUpperCase(Locale.ROOT);
  }

  @Override
  public Future<List<@Nullable Response>> read(List<Request> requests) {
    return traced ? sendAll(requests) : reads.add(requests);
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

  private @Nullable Failure refusal(@Nullable RedisConnection present) {
    if (present == null || stalled) {
      refused++;
      return RedisDial.unavailable("Redis is not answering: " + why);
    }
    return flights.commands() >= target.maxInFlight()
        ? Failure.of(Code.OVERLOADED, "Too many commands wait for Redis's answers")
        : null;
  }

  /** One look at a time. */
  @Override
  public Future<Void> probeRights() {
    Future<Void> present = probingRights;
    if (present == null || present.isComplete()) {
      rightsProbedAt = System.nanoTime();
      present = rights.probe(terms.slots(), this::send);
      probingRights = present;
    }
    return present;
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

  /**
   * A connection that let a command wait too long is used again once a ping was answered in time.
   */
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

  /** What the dial tells. */
  private final class Ends implements RedisDial.Caller {

    @Override
    public Future<?> reached(RedisConnection fresh) {
      // A frozen server accepts connections too: only an answer makes it a live one.
      return fresh
          .send(Request.cmd(Command.PING))
          .compose(pong -> terms.check().apply(fresh))
          .compose(run -> rights.probe(terms.slots(), fresh::send).map(run))
          .onFailure(thrown -> unsupported = reason(thrown))
          .onSuccess(
              run -> {
                unsupported = null;
                serverRun = run;
                flights = new RedisInFlight(terms.errors(), () -> demoted(fresh));
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
