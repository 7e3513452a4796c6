package io.aetherkeep.router.server;

import io.aetherkeep.router.access.Addresses;
import io.aetherkeep.router.access.Proxies;
import io.aetherkeep.router.codec.HttpPipeline;
import io.aetherkeep.router.settings.RouterSettings;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Limit of connections by client address, for a whole node. Trusted proxies are exempt. */
public final class ConnectionLimit {

  private final RouterSettings settings;
  private final Proxies proxies;
  private final int most;
  private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  private ConnectionLimit(RouterSettings settings, int most) {
    this.settings = settings;
    this.proxies = Proxies.of(settings.listener().trustedProxies());
    this.most = most;
  }

  /** Creates the limit of the public server. In open mode it admits any number. */
  public static ConnectionLimit forAllClients(RouterSettings settings) {
    int most = settings.listener().connectionsPerAddress();
    return new ConnectionLimit(
        settings, settings.access().isOpen() || most == 0 ? Integer.MAX_VALUE : most);
  }

  /**
   * Creates the limit of the management server: any number, so that load does not lock operators
   * out.
   */
  public static ConnectionLimit ofManagement(RouterSettings settings) {
    return new ConnectionLimit(settings, Integer.MAX_VALUE);
  }

  /**
   * Sets up a new connection, and closes it if its address has too many.
   *
   * @param options the options of its server
   */
  void take(HttpConnection connection, HttpServerOptions options) {
    HttpPipeline.replaceHandlers(connection, options, settings);
    count.incrementAndGet();
    Future<Void> closed = ((ConnectionBase) connection).closeFuture();
    closed.onComplete(done -> count.decrementAndGet());
    if (most == Integer.MAX_VALUE || proxies.isTrusted(connection.remoteAddress())) {
      return;
    }
    String address = Addresses.clientPrefix(connection.remoteAddress());
    if (open.merge(address, 1, Integer::sum) > most) {
      connection.close();
    }
    closed.onComplete(done -> open.computeIfPresent(address, (a, n) -> n == 1 ? null : n - 1));
  }

  /** The number of open connections, of all addresses. */
  public int connections() {
    return count.get();
  }
}
