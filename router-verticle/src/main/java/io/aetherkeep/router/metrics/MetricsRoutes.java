package io.aetherkeep.router.metrics;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.settings.RouterSettings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Route of this node's metrics, in Prometheus's format. */
public final class MetricsRoutes implements RouteGroup {

  private static final CharSequence TEXT =
      HttpHeaders.createOptimized("text/plain; version=0.0.4; charset=utf-8");

  private final PrometheusMeterRegistry registry;
  private final VerticleMeters verticles;

  public MetricsRoutes(Bus bus, RouterSettings settings, PrometheusMeterRegistry registry) {
    this.registry = registry;
    this.verticles = VerticleMeters.in(registry, bus, settings.bodyLimits().keySet());
  }

  @Override
  public List<Route> routes() {
    return List.of(Route.get("/metrics", this::scrape).needs(Need.READ_NODE));
  }

  private void scrape(RoutingContext context) {
    verticles
        .refreshed()
        .onComplete(
            done ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, TEXT)
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(registry.scrape()));
  }
}
