package io.aetherkeep.redis.connection;

import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect to a configured server or to a reported master, with a separate client.
 */
public final class RedisAttempt {

  private RedisTarget target;
  private @Nullable RedisAddress master;
  private @Nullable Redis client;

  /** The TCP client, within the close future of the verticle that dials. */
  private final CloseFuture tcpClient = new CloseFuture();

  private @Nullable RedisConnection connection;

  RedisAttempt(RedisTarget target) {
    this.target = target;
  }

  RedisTarget target() {
    return target;
  }

  /** Sets the address that a locator has reported. */
  void to(RedisAddress named) {
    master = named;
    target = target.at(named);
  }

  /** The address that a locator has reported; null if there is none, or it has not answered yet. */
  @Nullable RedisAddress master() {
    return master;
  }

  Future<RedisConnection> connect(Vertx vertx, String name, ProtocolVersion protocol) {
    Redis fresh = create((VertxInternal) vertx, options(name, protocol));
    client = fresh;
    return fresh.connect().onSuccess(reached -> connection = reached);
  }

  /**
   * Creates a client in a separate context. Vert.x keeps each TCP client in the close future of the
   * context that creates it, also after it is closed, so that a verticle would keep those of all
   * its attempts (eclipse-vertx/vert.x#6311; without this once that is fixed).
   */
  private Redis create(VertxInternal vertx, RedisOptions options) {
    ContextInternal here = vertx.getOrCreateContext();
    here.closeFuture().add(tcpClient);
    ContextInternal separate =
        vertx
            .contextBuilder()
            .withEventLoop(here.nettyEventLoop())
            .withCloseFuture(tcpClient)
            .build();
    ContextInternal previous = separate.beginDispatch();
    try {
      return Redis.createClient(vertx, options);
    } finally {
      separate.endDispatch(previous);
    }
  }

  /** The connection; null if there is none yet. */
  @Nullable RedisConnection connection() {
    return connection;
  }

  /**
   * Checks that a server is a master: Sentinels may report a failover late, and a former master may
   * return as a replica.
   */
  public static Future<Void> checkMaster(RedisConnection connection) {
    return connection
        .send(Request.cmd(Command.ROLE))
        .compose(
            role ->
                isMaster(role)
                    ? Future.succeededFuture()
                    : Future.failedFuture("it is not a master but a " + role.get(0)));
  }

  private static boolean isMaster(Response role) {
    return role.get(0).toString().equals("master");
  }

  Future<Void> close() {
    Future<Void> closing = client == null ? Future.succeededFuture() : client.close();
    return closing.eventually(tcpClient::close);
  }

  private RedisOptions options(String name, ProtocolVersion protocol) {
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
}
