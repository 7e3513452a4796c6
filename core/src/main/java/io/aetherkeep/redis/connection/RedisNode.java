package io.aetherkeep.redis.connection;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.loop.LoopDelay;
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
import org.jspecify.annotations.Nullable;

/**
 * Pipelined connection of one event loop to one Redis server, with a circuit breaker.
 *
 * <p>Commands are sent at once and answered in order. Each has a deadline. While the server stays
 * silent past it, or there is no connection, commands fail at once instead of piling up. After a
 * missed deadline the outcome is unknown: the command may still run.
 */
public final class RedisNode implements RedisRoute {

  private final Vertx vertx;
  private final RedisTarget target;
  private final RedisDial dial;
  private final RedisReads reads;
  private final RedisPermissionProbe permissions;
  private final RedisNodeTerms terms;

  /**
   * Whether tracing is on. Reads are not batched then, because a batch would leave the contexts of
   * its callers, and so their traces.
   */
  private final boolean traced;

  private final long timeoutNanos;

  private RedisInFlight flights;
  private volatile @Nullable RedisConnection connection;
  private volatile String why = "there has been no connection yet";

  /** Run id of the connected server. */
  private volatile String serverRun = "";

  private final CircuitBreaker breaker = new CircuitBreaker();
  private volatile @Nullable String unsupported;
  private final LoopDelay delay;
  private long sent;
  private long refused;
  private long sweeper = -1;
  private Future<Void> opened = Future.succeededFuture();

  /**
   * Creates a connection, not opened yet.
   *
   * @param master locator of the address; null where the target has it
   * @param rights permissions of the user, shared by all lines of the space
   */
  public RedisNode(
      Vertx vertx,
      RedisTarget target,
      @Nullable RedisLocator master,
      String name,
      RedisPermissions rights,
      RedisNodeTerms terms) {
    this.vertx = vertx;
    this.target = target;
    this.permissions = new RedisPermissionProbe(rights, terms.slots(), this::send);
    this.terms = terms;
    this.timeoutNanos = target.timeout().toNanos();
    this.delay = new LoopDelay(Duration.ofMillis(sweepMillis()), System.nanoTime());
    this.dial = new RedisDial(vertx, target, master, name, new Ends());
    this.traced = ((VertxInternal) vertx).tracer() != null;
    this.flights = new RedisInFlight(terms.errors(), () -> {});
    this.reads =
        new RedisReads(vertx.getOrCreateContext(), target.maxInFlight(), this::sendTogether);
  }

  @Override
  public Future<Void> open() {
    sweeper = vertx.setPeriodic(sweepMillis(), id -> sweep());
    opened = dial.start();
    return opened;
  }

  /** Completes after the first attempt to connect. */
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
  public @Nullable String unavailableReason() {
    return isUnavailable() ? why : null;
  }

  @Override
  public @Nullable String unsupported() {
    return unsupported;
  }

  @Override
  public boolean isUnavailable(String key) {
    return isUnavailable();
  }

  public boolean isUnavailable() {
    return connection == null || breaker.isOpen();
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
    Failure refusal = refusal(present, 1);
    if (present == null || refusal != null) {
      return Future.failedFuture(refusal);
    }
    sent++;
    return flights.follow(
        1, place -> name(request), present.send(request), System.nanoTime() + timeoutNanos);
  }

  /**
   * Sends a command on a key that is being moved to this node of a cluster (ASK). {@code ASKING} is
   * not sent without it: Redis would apply it to the next command.
   */
  public Future<@Nullable Response> ask(Request request) {
    Failure refusal = refusal(connection, 2);
    if (refusal != null) {
      return Future.failedFuture(refusal);
    }
    send(Request.cmd(Command.ASKING));
    return send(request);
  }

  private static String name(Request request) {
    return String.valueOf(request.command()).toUpperCase(Locale.ROOT);
  }

  @Override
  public Future<List<@Nullable Response>> read(List<Request> requests) {
    return traced ? reads.send(requests) : reads.add(requests);
  }

  private Future<List<@Nullable Response>> sendTogether(List<Request> requests) {
    RedisConnection present = connection;
    Failure refusal = refusal(present, requests.size());
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

  private @Nullable Failure refusal(@Nullable RedisConnection present, int count) {
    if (present == null || breaker.isOpen()) {
      refused++;
      return RedisDial.unavailable("Redis is not answering: " + why);
    }
    return flights.commands() + count > target.maxInFlight()
        ? Failure.of(Code.OVERLOADED, "Too many commands wait for Redis's answers")
        : null;
  }

  @Override
  public Future<Void> probeRights() {
    return permissions.probe();
  }

  private void sweep() {
    long now = System.nanoTime();
    flights.extendDeadlines(delay.tick(now));
    String late = "no answer within " + target.timeout().toMillis() + " ms";
    if (!flights.failOverdue(now, "Redis gave " + late)) {
      probe();
      permissions.probeDenied(now);
      return;
    }
    why = late;
    breaker.open();
    if (now - flights.silentSince() > 2 * timeoutNanos) {
      dial.disconnect(late);
    }
  }

  /** Pings over a connection whose circuit breaker is open. */
  private void probe() {
    RedisConnection present = connection;
    if (present != null && breaker.needsProbe()) {
      breaker.follow(
          flights.follow(
              1, place -> "PING", RedisPing.send(present), System.nanoTime() + timeoutNanos),
          () -> connection == present);
    }
  }

  /** Leaves a server that is a replica now, which refuses writes and answers outdated reads. */
  private void demoted(RedisConnection which) {
    if (which == connection && terms.leavesReplica()) {
      dial.demoted();
    }
  }

  private final class Ends implements RedisDial.Caller {

    @Override
    public Future<?> reached(RedisConnection fresh) {
      // A frozen server accepts connections too: only a reply proves that it works.
      return RedisPing.send(fresh)
          .compose(pong -> terms.check().apply(fresh))
          .compose(run -> permissions.probe(fresh::send).map(run))
          .onFailure(thrown -> refused(fresh, thrown))
          .onSuccess(run -> use(fresh, run));
    }

    private void use(RedisConnection fresh, String run) {
      if (dial.isCurrent(fresh)) {
        unsupported = null;
        serverRun = run;
        flights = new RedisInFlight(terms.errors(), () -> demoted(fresh));
        flights.markAlive();
        connection = fresh;
      }
    }

    /** Notes why a server is unsupported; not by a late reply on a connection that was given up. */
    private void refused(RedisConnection fresh, Throwable thrown) {
      if (dial.isCurrent(fresh)) {
        unsupported = reason(thrown);
      }
    }

    private static @Nullable String reason(Throwable thrown) {
      return thrown instanceof RedisServerCheck.Unsupported ? thrown.getMessage() : null;
    }

    @Override
    public void lost(String reason) {
      connection = null;
      why = reason;
      breaker.reset();
      flights.failAll("The connection broke");
    }
  }
}
