package io.aetherkeep.redis;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one connection to a Redis: dials, notices its end, and dials again after a jittered while.
 *
 * <p>Lives on the event loop that it was started on. Each attempt has a client of its own, for
 * closing the client is the one way to be rid of a connection that answers nothing.
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

  private final Vertx vertx;
  private final RedisTarget target;
  private final String name;
  private final Caller caller;
  private final ProtocolVersion protocol;

  private @Nullable Redis client;
  private boolean up;
  private boolean closed;
  private int failures;

  RedisDial(Vertx vertx, RedisTarget target, String name, Caller caller) {
    this(vertx, target, name, caller, ProtocolVersion.RESP2);
  }

  RedisDial(Vertx vertx, RedisTarget target, String name, Caller caller, ProtocolVersion protocol) {
    this.vertx = vertx;
    this.target = target;
    this.name = name;
    this.caller = caller;
    this.protocol = protocol;
  }

  /** Dials once and answers when that has come to something; a failure is retried, not told. */
  Future<Void> start() {
    Redis attempt = Redis.createClient(vertx, options());
    client = attempt;
    return attempt
        .connect()
        .compose(connection -> greet(attempt, connection))
        .timeout(target.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .onSuccess(reached -> succeeded(attempt))
        .recover(
            thrown -> {
              gone(attempt, reason(thrown));
              return Future.succeededFuture();
            });
  }

  private Future<Void> greet(Redis attempt, RedisConnection connection) {
    if (attempt != client) {
      return Future.failedFuture("too late");
    }
    // Under -ea a reset fires only the second of these; whichever comes, it comes once.
    connection.endHandler(end -> gone(attempt, "the connection was closed"));
    connection.exceptionHandler(thrown -> gone(attempt, reason(thrown)));
    return caller.reached(connection).mapEmpty();
  }

  private void succeeded(Redis attempt) {
    if (attempt != client) {
      return;
    }
    if (failures > 0) {
      LOG.log(System.Logger.Level.INFO, "{0}: Redis {1} is back", name, target);
    }
    up = true;
    failures = 0;
  }

  /** Gives up the connection, because nothing comes out of it, and dials anew. */
  void hangUp(String why) {
    Redis present = client;
    if (present != null) {
      gone(present, why);
    }
  }

  private void gone(Redis attempt, String why) {
    if (attempt != client) {
      return;
    }
    client = null;
    failures++;
    attempt.close();
    if (up || failures == 1) {
      LOG.log(System.Logger.Level.WARNING, "{0}: Redis {1} is lost: {2}", name, target, why);
    }
    up = false;
    caller.lost(why);
    if (!closed) {
      vertx.setTimer(target.retry().after(failures).toMillis(), again -> redial());
    }
  }

  private void redial() {
    if (!closed) {
      start();
    }
  }

  Future<Void> close() {
    closed = true;
    Redis present = client;
    client = null;
    caller.lost("closing");
    return present == null ? Future.succeededFuture() : present.close();
  }

  private RedisOptions options() {
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
        .setConnectionString(target.connectionString())
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
