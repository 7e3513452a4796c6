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
 * Keeps one connection to a Redis: dials, notices its end, and dials again after a jittered while.
 *
 * <p>Lives on the event loop that it was started on. Each attempt has a client of its own, for
 * closing the client is the one way to be rid of a connection that answers nothing. Where Sentinels
 * know the master, each attempt asks for it first, and a server that is none is no connection.
 */
public final class RedisDial {

  /** Who wants the connection. */
  public interface Caller {
    /** A fresh connection, with handlers yet to be set. */
    Future<?> reached(RedisConnection connection);

    /** It is gone, with all that was under way on it. */
    void lost(String why);
  }

  private static final System.Logger LOG = System.getLogger(RedisDial.class.getName());

  private static final String DEMOTED = "it is a replica now";

  private final Vertx vertx;
  private final RedisTarget target;
  private final @Nullable RedisLocator master;
  private final String name;
  private final Caller caller;
  private final ProtocolVersion protocol;

  private @Nullable Context loop;
  private @Nullable RedisAttempt present;
  private boolean up;

  /** Whether there ever was a connection, which can be lost and come back. */
  private boolean wasUp;

  private boolean closed;
  private int failures;
  private long waiting = -1;

  public RedisDial(
      Vertx vertx, RedisTarget target, @Nullable RedisLocator master, String name, Caller caller) {
    this(vertx, target, master, name, caller, ProtocolVersion.RESP2);
  }

  /**
   * A dial that has yet to be started.
   *
   * @param master who knows the address; nobody where the target says it
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

  /** Dials once and answers when that has come to something; a failure is retried, not told. */
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
              gone(attempt, reason(thrown));
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
    // Under -ea a reset fires only the second of these; whichever comes, it comes once.
    connection.endHandler(end -> gone(attempt, "the connection was closed"));
    connection.exceptionHandler(thrown -> gone(attempt, reason(thrown)));
    return master == null
        ? tell(attempt, connection)
        : master.check(connection).compose(checked -> tell(attempt, connection));
  }

  private Future<Void> tell(RedisAttempt attempt, RedisConnection connection) {
    return attempt == present
        ? caller.reached(connection).mapEmpty()
        : Future.failedFuture("too late");
  }

  private void succeeded(RedisAttempt attempt) {
    if (attempt != present) {
      return;
    }
    if (wasUp && failures > 0) {
      LOG.log(System.Logger.Level.INFO, "{0}: Redis {1} is back", name, attempt.target());
    }
    up = true;
    wasUp = true;
    failures = 0;
  }

  /** Gives up the connection, because nothing comes out of it, and dials anew. */
  public void hangUp(String why) {
    if (present != null) {
      gone(present, why);
    }
  }

  /** Leaves any server but this one, which is the master now; for any thread. */
  public void follow(RedisAddress now) {
    if (loop != null) {
      loop.runOnContext(on -> leaveAllBut(now));
    }
  }

  private void leaveAllBut(RedisAddress now) {
    RedisAttempt attempt = present;
    if (attempt == null) {
      // There is somebody to dial now: no need to wait any longer.
      if (vertx.cancelTimer(waiting)) {
        redial();
      }
    } else if (attempt.master() != null && !now.equals(attempt.master())) {
      gone(attempt, "the master is now " + now);
    }
  }

  /** Gives up the server, which shows that it is a replica, and has all others do so. */
  void demoted() {
    RedisAttempt attempt = present;
    RedisAddress replica = attempt == null ? null : attempt.master();
    if (master != null && attempt != null && replica != null) {
      gone(attempt, DEMOTED);
      master.demoted(replica);
    }
  }

  /** Leaves a server that is a replica now; for any thread. */
  public void leave(RedisAddress replica) {
    if (loop != null) {
      loop.runOnContext(
          on -> {
            if (present != null && replica.equals(present.master())) {
              gone(present, DEMOTED);
            }
          });
    }
  }

  private void gone(RedisAttempt attempt, String why) {
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
