package io.aetherkeep.router;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.router.access.ApiKeyUsage;
import io.aetherkeep.router.access.Proxies;
import io.aetherkeep.router.access.RateLimiters;
import io.aetherkeep.router.metrics.MetricsRoutes;
import io.aetherkeep.router.nodes.NodeLoops;
import io.aetherkeep.router.server.ConnectionLimit;
import io.aetherkeep.router.server.LoadMeter;
import io.aetherkeep.router.settings.RouterSettings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * State that all routers of a node share: rate limiters, connection limits, metrics and clocks.
 *
 * @param keyUsage uses of API keys that are not recorded yet
 * @param loops the event loops
 * @param load counts of requests, and of those that were shed
 * @param led whether a router has already taken on the work of the whole node
 * @param connections limit of connections of the public listener
 * @param managing limit of connections of the management listener
 * @param metrics shared, because a registry keeps only the first meter of a name
 * @param clock decides when credentials expire
 * @param clocks Redis's clock of each space
 */
record RouterNode(
    RateLimiters rateLimiters,
    ApiKeyUsage keyUsage,
    NodeLoops loops,
    LoadMeter load,
    AtomicBoolean led,
    Proxies proxies,
    ConnectionLimit connections,
    ConnectionLimit managing,
    MetricsRoutes metrics,
    InstantSource clock,
    Function<String, InstantSource> clocks) {

  static RouterNode of(
      Bus bus,
      RouterSettings settings,
      PrometheusMeterRegistry meters,
      InstantSource clock,
      Function<String, InstantSource> clocks) {
    Proxies proxies = Proxies.of(settings.listener().trustedProxies());
    return new RouterNode(
        RateLimiters.of(settings.access(), proxies),
        new ApiKeyUsage(),
        new NodeLoops(),
        new LoadMeter(),
        new AtomicBoolean(),
        proxies,
        ConnectionLimit.forAllClients(settings),
        ConnectionLimit.ofManagement(settings),
        new MetricsRoutes(bus, settings, meters),
        clock,
        clocks);
  }

  /** The number of open connections of all listeners. */
  int openConnections() {
    return connections.connections() + managing.connections();
  }
}
