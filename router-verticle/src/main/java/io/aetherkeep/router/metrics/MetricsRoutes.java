package io.aetherkeep.router.metrics;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.settings.RouterSettings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Route of this node's metrics, in Prometheus's format. */
public final class MetricsRoutes implements RouteGroup {

  private static final CharSequence TEXT =
      HttpHeaders.createOptimized("text/plain; version=0.0.4; charset=utf-8");

  private final PrometheusMeterRegistry registry;
  private final VerticleMeters verticles;

  /** The refresh in progress, of any event loop; null if there is none. */
  private final AtomicReference<@Nullable Future<Void>> refreshing = new AtomicReference<>();

  public MetricsRoutes(Bus bus, RouterSettings settings, PrometheusMeterRegistry registry) {
    this.registry = registry;
    this.verticles = VerticleMeters.in(registry, bus, settings.bodyLimits().keySet());
  }

  @Override
  public List<Route> routes() {
    return List.of(Route.get("/metrics", this::scrape).needs(Need.READ_NODE));
  }

  private void scrape(RoutingContext context) {
    Context loop = context.vertx().getOrCreateContext();
    // A scrape on another event loop may complete the refresh.
    refreshed().onComplete(done -> loop.runOnContext(here -> answer(context)));
  }

  /**
   * Refreshes the metrics of the verticles. Concurrent scrapes share one refresh (single flight):
   * otherwise an older answer could arrive last and set a counter back.
   */
  private Future<?> refreshed() {
    Promise<Void> mine = Promise.promise();
    Future<Void> other = refreshing.compareAndExchange(null, mine.future());
    if (other != null) {
      return other;
    }
    verticles
        .refreshed()
        .onComplete(
            done -> {
              refreshing.set(null);
              mine.complete();
            });
    return mine.future();
  }

  private void answer(RoutingContext context) {
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, TEXT)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(registry.scrape());
  }
}
