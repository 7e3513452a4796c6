package io.aetherkeep.redis;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's pipelined connection to one Redis.
 *
 * <p>Commands go out as they come and are answered in that order. Each has a deadline; while
 * nothing is heard for longer than that, or there is no connection, commands fail at once instead
 * of piling up. After a failure by deadline the outcome is unknown: the command may still be run.
 */
public final class RedisLine {

  private final RedisTarget target;
  private final RedisDial dial;
  private final Vertx vertx;
  private final long timeoutNanos;

  /** Those under way, the oldest first; the settled ones are swept out at the front. */
  private final ArrayDeque<Flight> flights = new ArrayDeque<>();

  private @Nullable RedisConnection connection;
  private String why = "there has been no connection yet";
  private long heardAt;
  private boolean stalled;
  private long sweeper = -1;

  RedisLine(Vertx vertx, RedisTarget target, String name) {
    this.vertx = vertx;
    this.target = target;
    this.timeoutNanos = target.timeout().toNanos();
    this.dial = new RedisDial(vertx, target, name, new Ends());
  }

  Future<Void> open() {
    sweeper = vertx.setPeriodic(Math.max(1, target.timeout().toMillis() / 8), id -> sweep());
    return dial.start();
  }

  Future<Void> close() {
    vertx.cancelTimer(sweeper);
    return dial.close();
  }

  /** Whether a command sent now would go out. */
  public boolean isUp() {
    return connection != null && !stalled;
  }

  public Future<@Nullable Response> send(Request request) {
    RedisConnection present = connection;
    if (present == null || stalled) {
      return Future.failedFuture(RedisDial.unavailable("Redis is not answering: " + why));
    }
    if (flights.size() >= target.maxInFlight()) {
      return Future.failedFuture(
          Failure.of(Code.OVERLOADED, "Too many commands wait for Redis's answers"));
    }
    Flight flight = new Flight(System.nanoTime() + timeoutNanos);
    flights.add(flight);
    present.send(request).onComplete(flight::answered, flight::failed);
    return flight.future();
  }

  /** Runs a script, giving its text only to a server that does not have it. */
  public Future<@Nullable Response> run(RedisScript script, RedisScript.Call call) {
    return send(script.bySha(call))
        .recover(
            thrown ->
                RedisScript.isMissing(thrown)
                    ? send(script.byText(call))
                    : Future.failedFuture(thrown));
  }

  private void sweep() {
    long now = System.nanoTime();
    dropSettled();
    Flight oldest = flights.peek();
    if (oldest == null || now < oldest.deadline) {
      return;
    }
    why = "no answer within " + target.timeout().toMillis() + " ms";
    stalled = true;
    for (Flight flight : flights) {
      if (now >= flight.deadline) {
        flight.fail(RedisDial.unavailable("Redis gave " + why + "; the outcome is unknown"));
      }
    }
    if (now - heardAt > 2 * timeoutNanos) {
      dial.hangUp(why);
    }
  }

  private void heard() {
    heardAt = System.nanoTime();
    stalled = false;
  }

  /** A command under way. */
  private final class Flight {

    private final Promise<@Nullable Response> promise = Promise.promise();
    private final long deadline;
    private boolean settled;

    Flight(long deadline) {
      this.deadline = deadline;
    }

    Future<@Nullable Response> future() {
      return promise.future();
    }

    void answered(@Nullable Response response) {
      heard();
      settled = true;
      dropSettled();
      promise.tryComplete(response);
    }

    void failed(Throwable thrown) {
      settled = true;
      // An error reply is an answer like any other.
      if (thrown instanceof Response) {
        heard();
        dropSettled();
        promise.tryFail(thrown);
      } else {
        dropSettled();
        fail(RedisDial.unavailable("The connection broke; the outcome is unknown"));
      }
    }

    void fail(Failure failure) {
      promise.tryFail(failure);
    }
  }

  private void dropSettled() {
    while (!flights.isEmpty() && flights.peek().settled) {
      flights.poll();
    }
  }

  /** What the dial tells this line. */
  private final class Ends implements RedisDial.Caller {

    @Override
    public Future<?> reached(RedisConnection fresh) {
      // A frozen server accepts connections too: only an answer makes it a live one.
      return fresh
          .send(Request.cmd(Command.PING))
          .onSuccess(
              pong -> {
                connection = fresh;
                heard();
              });
    }

    @Override
    public void lost(String reason) {
      connection = null;
      why = reason;
      stalled = false;
      for (Flight flight : flights) {
        flight.fail(RedisDial.unavailable("The connection broke; the outcome is unknown"));
      }
      flights.clear();
    }
  }
}
