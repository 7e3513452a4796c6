package io.aetherkeep.redis.connection;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisConnection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reconnecting connection to a Redis: dials, detects a lost connection, and dials again with
 * jittered backoff.
 *
 * <p>It lives on the event loop that started it. Each attempt has a separate client, because only
 * closing the client drops a connection that does not answer. With a locator each attempt asks it
 * for the master first, and refuses a server that is not one.
 */
public final class RedisDial {

  /** User of the connection. */
  public interface Caller {
    /** Handles a new connection, whose handlers are not set yet. */
    Future<?> reached(RedisConnection connection);

    /** Handles the loss of the connection and of all commands in flight. */
    void lost(String why);
  }

  private static final System.Logger LOG = System.getLogger(RedisDial.class.getName());

  private static final String DEMOTED = "it is a replica now";

  /** Times after which a connection to a replica is given up: doubled each time. */
  private static final long SHORTEST_STAY = TimeUnit.SECONDS.toNanos(1);

  private static final long LONGEST_STAY = TimeUnit.SECONDS.toNanos(30);

  private final Vertx vertx;
  private final RedisTarget target;
  private final @Nullable RedisLocator master;
  private final String name;
  private final Caller caller;
  private final ProtocolVersion protocol;

  private @Nullable Context loop;
  private @Nullable RedisAttempt present;
  private boolean up;

  /** Whether there was a connection before. */
  private boolean wasUp;

  private boolean closed;
  private int failures;
  private long upSince;
  private int demotions;
  private long waiting = -1;

  public RedisDial(
      Vertx vertx, RedisTarget target, @Nullable RedisLocator master, String name, Caller caller) {
    this(vertx, target, master, name, caller, ProtocolVersion.RESP2);
  }

  /**
   * Creates a dial, not started yet.
   *
   * @param master locator of the address; null where the target has it
   */
  public RedisDial(
      Vertx vertx,
      RedisTarget target,
      @Nullable RedisLocator master,
      String name,
      Caller caller,
      ProtocolVersion protocol) {
    this.vertx = vertx;
    this.target = target;
    this.master = master;
    this.name = name;
    this.caller = caller;
    this.protocol = protocol;
  }

  /** Dials; completes after the first attempt, also if it failed and is being retried. */
  public Future<Void> start() {
    loop = vertx.getOrCreateContext();
    if (master != null) {
      master.follow(this);
    }
    return attempt();
  }

  private Future<Void> attempt() {
    RedisAttempt attempt = new RedisAttempt(target);
    present = attempt;
    return (master == null ? connect(attempt) : ask(attempt, master))
        .timeout(target.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .onSuccess(reached -> succeeded(attempt))
        .recover(
            thrown -> {
              dropped(attempt, reason(thrown));
              return Future.succeededFuture();
            });
  }

  private Future<Void> ask(RedisAttempt attempt, RedisLocator asked) {
    return asked
        .find()
        .compose(
            address -> {
              attempt.to(address);
              return connect(attempt);
            });
  }

  private Future<Void> connect(RedisAttempt attempt) {
    if (attempt != present) {
      return Future.failedFuture("too late");
    }
    return attempt.connect(vertx, name, protocol).compose(connection -> greet(attempt, connection));
  }

  private Future<Void> greet(RedisAttempt attempt, RedisConnection connection) {
    // With assertions enabled, a connection reset calls only the exception handler.
    connection.endHandler(end -> dropped(attempt, "the connection was closed"));
    connection.exceptionHandler(thrown -> dropped(attempt, reason(thrown)));
    return master == null
        ? handOver(attempt, connection)
        : master.check(connection).compose(checked -> handOver(attempt, connection));
  }

  private Future<Void> handOver(RedisAttempt attempt, RedisConnection connection) {
    return attempt == present
        ? caller.reached(connection).mapEmpty()
        : Future.failedFuture("too late");
  }

  /**
   * Whether a connection is that of the present attempt. A late reply may arrive on one that was
   * given up already.
   */
  public boolean isCurrent(RedisConnection connection) {
    return present != null && present.connection() == connection;
  }

  private void succeeded(RedisAttempt attempt) {
    if (attempt != present) {
      return;
    }
    if (wasUp && failures > 0) {
      LOG.log(System.Logger.Level.INFO, "{0}: Redis {1} is back", name, attempt.target());
    }
    up = true;
    upSince = System.nanoTime();
    wasUp = true;
    failures = 0;
  }

  /** Closes a connection that does not answer, and dials again. */
  public void disconnect(String why) {
    if (present != null) {
      dropped(present, why);
    }
  }

  /** Disconnects from every server except the new master; for any thread. */
  public void follow(RedisAddress now) {
    if (loop != null) {
      loop.runOnContext(on -> disconnectAllExcept(now));
    }
  }

  private void disconnectAllExcept(RedisAddress now) {
    RedisAttempt attempt = present;
    if (attempt == null) {
      // A master is known: dial at once, without the backoff.
      if (vertx.cancelTimer(waiting)) {
        redial();
      }
    } else if (attempt.master() != null && !now.equals(attempt.master())) {
      dropped(attempt, "the master is now " + now);
    }
  }

  /**
   * Leaves a server that proved to be a replica, on all its connections. Without a locator the
   * address may lead to another server by now: it is dialled again, but less and less often while
   * it does not, because reads still work.
   */
  void demoted() {
    RedisAttempt attempt = present;
    if (attempt == null) {
      return;
    }
    RedisAddress replica = attempt.master();
    if (master != null && replica != null) {
      dropped(attempt, DEMOTED);
      master.demoted(replica);
    } else if (master == null && up) {
      long upFor = System.nanoTime() - upSince;
      demotions = upFor > 2 * LONGEST_STAY ? 0 : demotions;
      if (upFor >= Math.min(LONGEST_STAY, SHORTEST_STAY << demotions)) {
        demotions = Math.min(demotions + 1, 10);
        dropped(attempt, DEMOTED);
      }
    }
  }

  /** Leaves a server that is a replica now; for any thread. */
  public void leave(RedisAddress replica) {
    if (loop != null) {
      loop.runOnContext(
          on -> {
            if (present != null && replica.equals(present.master())) {
              dropped(present, DEMOTED);
            }
          });
    }
  }

  private void dropped(RedisAttempt attempt, String why) {
    if (attempt != present) {
      return;
    }
    present = null;
    failures++;
    attempt.close();
    if (up) {
      LOG.log(
          System.Logger.Level.WARNING, "{0}: Redis {1} is lost: {2}", name, attempt.target(), why);
    }
    up = false;
    caller.lost(why);
    if (!closed) {
      waiting = vertx.setTimer(target.retry().after(failures).toMillis(), again -> redial());
    }
  }

  private void redial() {
    if (!closed) {
      attempt();
    }
  }

  public Future<Void> close() {
    closed = true;
    if (master != null) {
      master.leave(this);
    }
    RedisAttempt attempt = present;
    present = null;
    caller.lost("closing");
    return attempt == null ? Future.succeededFuture() : attempt.close();
  }

  public static Failure unavailable(String why) {
    return Failure.of(Code.REDIS_UNAVAILABLE, why);
  }

  private String reason(Throwable thrown) {
    String message = thrown.getMessage();
    if (thrown instanceof TimeoutException) {
      return "no connection within " + target.connectTimeout().toMillis() + " ms";
    }
    if ("CONNECTION_CLOSED".equals(message)) {
      return "it closed the connection without an answer";
    }
    return message == null ? thrown.getClass().getSimpleName() : message;
  }
}
