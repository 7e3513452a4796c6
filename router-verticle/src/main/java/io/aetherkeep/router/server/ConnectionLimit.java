package io.aetherkeep.router.server;

import io.aetherkeep.router.access.Addresses;
import io.aetherkeep.router.access.Proxies;
import io.aetherkeep.router.codec.HttpPipeline;
import io.aetherkeep.router.settings.RouterSettings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Connection limit by address. One for a whole node; a trusted proxy has as many connections as it
 * likes.
 */
public final class ConnectionLimit {

  private final RouterSettings settings;
  private final Proxies proxies;
  private final int most;
  private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();

  private ConnectionLimit(RouterSettings settings, int most) {
    this.settings = settings;
    this.proxies = Proxies.of(settings.door().trustedProxies());
    this.most = most;
  }

  /** The connections of everybody: where credentials are asked for, so many an address. */
  public static ConnectionLimit ofEverybody(RouterSettings settings) {
    int most = settings.door().connectionsPerAddress();
    return new ConnectionLimit(
        settings, settings.access().isOpen() || most == 0 ? Integer.MAX_VALUE : most);
  }

  /** The connections of those who run the node: a crowd of others does not lock them out. */
  public static ConnectionLimit ofManagement(RouterSettings settings) {
    return new ConnectionLimit(settings, Integer.MAX_VALUE);
  }

  /** Takes one in, of a server with these options. */
  void take(HttpConnection connection, HttpServerOptions options) {
    HttpPipeline.equip(connection, options, settings);
    if (most == Integer.MAX_VALUE || proxies.isTrusted(connection.remoteAddress())) {
      return;
    }
    String who = Addresses.household(connection.remoteAddress());
    if (open.merge(who, 1, Integer::sum) > most) {
      connection.close();
    }
    ((ConnectionBase) connection)
        .closeFuture()
        .onComplete(closed -> open.computeIfPresent(who, (a, n) -> n == 1 ? null : n - 1));
  }
}
