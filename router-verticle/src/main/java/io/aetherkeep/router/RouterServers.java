package io.aetherkeep.router;

import io.aetherkeep.router.access.AllowedOrigins;
import io.aetherkeep.router.access.Guard;
import io.aetherkeep.router.access.cookie.SessionCookies;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.api.Routes;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.SpaceNames;
import io.aetherkeep.router.metrics.HttpMeters;
import io.aetherkeep.router.realtime.RealtimeRoutes;
import io.aetherkeep.router.server.AccessLogger;
import io.aetherkeep.router.server.Admission;
import io.aetherkeep.router.server.ConnectionLimit;
import io.aetherkeep.router.server.Cors;
import io.aetherkeep.router.server.ListeningServer;
import io.aetherkeep.router.server.LocalOnlyGuard;
import io.aetherkeep.router.server.RequestGate;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * HTTP servers of one router: the public one and, if it has a separate port, the management one.
 */
final class RouterServers {

  /** All servers of one Vert.x that listen on the same negative port share one free port. */
  private static final int ANY_PORT = -1;

  private static final int ANY_OTHER_PORT = -2;

  private final Vertx vertx;
  private final RouterSettings settings;
  private final RouterNode node;
  private final PrometheusMeterRegistry meters;
  private final Problems problems;
  private final Admission admission;
  private final List<ListeningServer> servers = new ArrayList<>();

  RouterServers(
      Vertx vertx,
      RouterSettings settings,
      RouterNode node,
      PrometheusMeterRegistry meters,
      Problems problems,
      Admission admission) {
    this.vertx = vertx;
    this.settings = settings;
    this.node = node;
    this.meters = meters;
    this.problems = problems;
    this.admission = admission;
  }

  /** Starts the public server and returns its port. */
  Future<Integer> listen(Routes routes, RealtimeRoutes realtime, Guard guard) {
    boolean apart = settings.listener().hasManagement();
    Routes here =
        apart ? routes.only(route -> !route.isManagement() || route.isOfConsole()) : routes;
    int port = settings.port() == 0 ? ANY_PORT : settings.port();
    return serve(here, realtime, guard, node.connections(), settings.host(), port);
  }

  /**
   * Starts the management server and returns its port. It asks for no credentials: its port is
   * trusted.
   */
  Future<Integer> listenForManagement(Routes routes) {
    ListenerSettings listener = settings.listener();
    SessionCookies none = new SessionCookies(AccessSettings.Cookies.OFF, request -> false, meters);
    Guard unguarded =
        new Guard(AccessSettings.OPEN, node.rateLimiters(), node.keyUsage(), node.clock(), none);
    int port = listener.managementPort() == 0 ? ANY_OTHER_PORT : listener.managementPort();
    Routes management = routes.only(Route::isManagement);
    return serve(management, null, unguarded, node.managing(), listener.managementHost(), port);
  }

  private Future<Integer> serve(
      Routes routes,
      @Nullable RealtimeRoutes realtime,
      Guard guard,
      ConnectionLimit connections,
      String host,
      int port) {
    AccessLogger log = new AccessLogger(settings, node.proxies());
    HttpMeters http = new HttpMeters(meters);
    AllowedOrigins origins = AllowedOrigins.of(settings.listener().admitted());
    boolean counts = connections == node.connections();
    RequestGate gate =
        new RequestGate(
            routes.on(vertx, problems, log, http, guard, admission, SpaceNames.of(settings)),
            realtime,
            problems,
            log,
            http,
            new RequestGate.Checks(
                new Cors(origins, settings.access().cookies().areOn()),
                guard.isOpen() ? new LocalOnlyGuard(host, origins) : null,
                counts ? node.rateLimiters() : null,
                admission));
    ListeningServer server = new ListeningServer(vertx, settings, connections);
    servers.add(server);
    return server.listen(gate, problems, host, port);
  }

  /** Accepts no new connections and finishes the requests in progress. */
  Future<Object> shutdown() {
    return Future.all(servers.stream().map(ListeningServer::shutdown).toList()).mapEmpty();
  }
}
