package io.aetherkeep.router;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.router.access.ApiKeyUsage;
import io.aetherkeep.router.access.Guard;
import io.aetherkeep.router.access.Proxies;
import io.aetherkeep.router.access.RateLimiters;
import io.aetherkeep.router.access.cookie.SessionCookies;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.api.RouteContext;
import io.aetherkeep.router.api.Routes;
import io.aetherkeep.router.audit.AuditTrail;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.metrics.MetricsRoutes;
import io.aetherkeep.router.nodes.NodeQuestions;
import io.aetherkeep.router.server.OpenResponses;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.stream.StreamFeeds;
import io.aetherkeep.router.watch.WatchHub;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** The table of routes without any verticle. */
final class AllRoutes {

  private AllRoutes() {}

  static Routes on(Vertx vertx) {
    Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
    RouterSettings settings = RouterSettings.of(Map.of());
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Slices slices = Slices.on(vertx);
    StreamFeeds streams = new StreamFeeds(bus, slices);
    SessionCookies cookies =
        new SessionCookies(AccessSettings.Cookies.OFF, request -> false, meters);
    ApiKeyUsage keyUsage = new ApiKeyUsage();
    return Routes.all(
        new RouteContext(
            bus,
            new Requests(vertx, settings, space -> InstantSource.system()),
            new Problems(vertx),
            new WatchHub(bus, streams, slices),
            new OpenResponses(
                new Guard(
                    AccessSettings.OPEN,
                    RateLimiters.of(AccessSettings.OPEN, Proxies.NONE),
                    keyUsage,
                    InstantSource.system(),
                    cookies)),
            cookies,
            new AuditTrail(bus, keyUsage),
            new NodeQuestions(vertx, bus)),
        streams,
        settings,
        new MetricsRoutes(bus, settings, meters));
  }
}
