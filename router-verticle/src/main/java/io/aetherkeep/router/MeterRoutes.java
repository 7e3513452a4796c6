package io.aetherkeep.router;

import io.aetherkeep.router.Routes.Route;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.function.Supplier;

/** The node's meters, as Prometheus reads them. */
final class MeterRoutes implements Routes.Part {

  private static final CharSequence TEXT =
      HttpHeaders.createOptimized("text/plain; version=0.0.4; charset=utf-8");

  private final Supplier<String> meters;

  MeterRoutes(Supplier<String> meters) {
    this.meters = meters;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
            "/metrics",
            context ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, TEXT)
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(meters.get())));
  }
}
