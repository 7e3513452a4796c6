package io.aetherkeep.redis;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one connection to a Redis: dials, notices its end, and dials again after a jittered while.
 *
 * <p>Lives on the event loop that it was started on. Each attempt has a client of its own, for
 * closing the client is the one way to be rid of a connection that answers nothing. Where Sentinels
 * know the master, each attempt asks for it first, and a server that is none is no connection.
 */
final class RedisDial {

  /** Who wants the connection. */
  interface Caller {
    /** A fresh connection, with handlers yet to be set. */
    Future<?> reached(RedisConnection connection);

    /** It is gone, with all that was under way on it. */
    void lost(String why);
  }

  private static final System.Logger LOG = System.getLogger(RedisDial.class.getName());

  private static final String DEMOTED = "it is a replica now";

  private final Vertx vertx;
  private final RedisTarget target;
  private final @Nullable RedisMaster master;
  private final String name;
  private final Caller caller;
  private final ProtocolVersion protocol;

  private @Nullable Context loop;
  private @Nullable Attempt present;
  private boolean up;
  private boolean closed;
  private int failures;
  private long waiting = -1;

  /** One attempt, and what came of it. */
  private static final class Attempt {
    private RedisTarget target;
    private @Nullable RedisAddress master;
    private @Nullable Redis client;

    Attempt(RedisTarget target) {
      this.target = target;
    }

    Future<Void> close() {
      return client == null ? Future.succeededFuture() : client.close();
    }
  }

  RedisDial(
      Vertx vertx, RedisTarget target, @Nullable RedisMaster master, String name, Caller caller) {
    this(vertx, target, master, name, caller, ProtocolVersion.RESP2);
  }

  /**
   * A dial that has yet to be started.
   *
   * @param master who knows the address; nobody where the target says it
   */
  RedisDial(
      Vertx vertx,
      RedisTarget target,
      @Nullable RedisMaster master,
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
  Future<Void> start() {
    loop = vertx.getOrCreateContext();
    if (master != null) {
      master.follow(this);
    }
    return attempt();
  }

  private Future<Void> attempt() {
    Attempt attempt = new Attempt(target);
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

  private Future<Void> ask(Attempt attempt, RedisMaster asked) {
    return asked
        .find()
        .compose(
            address -> {
              attempt.master = address;
              attempt.target = target.at(address);
              return connect(attempt);
            });
  }

  private Future<Void> connect(Attempt attempt) {
    if (attempt != present) {
      return Future.failedFuture("too late");
    }
    Redis client = Redis.createClient(vertx, options(attempt.target));
    attempt.client = client;
    return client.connect().compose(connection -> greet(attempt, connection));
  }

  private Future<Void> greet(Attempt attempt, RedisConnection connection) {
    if (attempt != present) {
      return Future.failedFuture("too late");
    }
    // Under -ea a reset fires only the second of these; whichever comes, it comes once.
    connection.endHandler(end -> gone(attempt, "the connection was closed"));
    connection.exceptionHandler(thrown -> gone(attempt, reason(thrown)));
    return master == null
        ? caller.reached(connection).mapEmpty()
        : connection
            .send(Request.cmd(Command.ROLE))
            .compose(
                role ->
                    isMaster(role)
                        ? caller.reached(connection).mapEmpty()
                        : Future.failedFuture("it is no master, but a " + role.get(0)));
  }

  /** Sentinels may be late, and a master that came back may have been made a replica. */
  private static boolean isMaster(Response role) {
    return role.get(0).toString().equals("master");
  }

  private void succeeded(Attempt attempt) {
    if (attempt != present) {
      return;
    }
    if (failures > 0) {
      LOG.log(System.Logger.Level.INFO, "{0}: Redis {1} is back", name, attempt.target);
    }
    up = true;
    failures = 0;
  }

  /** Gives up the connection, because nothing comes out of it, and dials anew. */
  void hangUp(String why) {
    if (present != null) {
      gone(present, why);
    }
  }

  /** Leaves any server but this one, which is the master now; for any thread. */
  void follow(RedisAddress now) {
    if (loop != null) {
      loop.runOnContext(on -> leaveAllBut(now));
    }
  }

  private void leaveAllBut(RedisAddress now) {
    Attempt attempt = present;
    if (attempt == null) {
      // There is somebody to dial now: no need to wait any longer.
      if (vertx.cancelTimer(waiting)) {
        redial();
      }
    } else if (attempt.master != null && !attempt.master.equals(now)) {
      gone(attempt, "the master is now " + now);
    }
  }

  /** Gives up the server, which shows that it is a replica, and has all others do so. */
  void demoted() {
    Attempt attempt = present;
    if (master != null && attempt != null && attempt.master != null) {
      gone(attempt, DEMOTED);
      master.demoted(attempt.master);
    }
  }

  /** Leaves a server that is a replica now; for any thread. */
  void leave(RedisAddress replica) {
    if (loop != null) {
      loop.runOnContext(
          on -> {
            if (present != null && replica.equals(present.master)) {
              gone(present, DEMOTED);
            }
          });
    }
  }

  private void gone(Attempt attempt, String why) {
    if (attempt != present) {
      return;
    }
    present = null;
    failures++;
    attempt.close();
    if (up || failures == 1) {
      LOG.log(
          System.Logger.Level.WARNING, "{0}: Redis {1} is lost: {2}", name, attempt.target, why);
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

  Future<Void> close() {
    closed = true;
    if (master != null) {
      master.leave(this);
    }
    Attempt attempt = present;
    present = null;
    caller.lost("closing");
    return attempt == null ? Future.succeededFuture() : attempt.close();
  }

  private RedisOptions options(RedisTarget server) {
    NetClientOptions tcp =
        new NetClientOptions()
            .setConnectTimeout((int) target.connectTimeout().toMillis())
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setHostnameVerificationAlgorithm("HTTPS");
    if (target.authority() != null) {
      tcp.setTrustOptions(new PemTrustOptions().addCertPath(target.authority().toString()));
    }
    return new RedisOptions()
        .setPoolName(name)
        .setMaxPoolSize(1)
        .setPoolCleanerInterval(-1)
        .setPoolRecycleTimeout(-1)
        .setNetClientOptions(tcp)
        .setConnectionString(server.connectionString())
        .setMaxWaitingHandlers(target.maxInFlight() + 1)
        .setPreferredProtocolVersion(protocol);
  }

  static Failure unavailable(String why) {
    return Failure.of(Code.REDIS_UNAVAILABLE, why);
  }

  private static String reason(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null ? thrown.getClass().getSimpleName() : message;
  }
}
