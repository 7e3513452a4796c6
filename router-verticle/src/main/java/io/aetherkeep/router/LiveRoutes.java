package io.aetherkeep.router;

import io.aetherkeep.router.Routes.Route;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;

/** Whether this process is alive: an event loop that answers this turns. */
final class LiveRoutes implements Routes.Part {

  private static final Buffer UP = Buffer.buffer("{\"status\":\"UP\"}");

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
            "/health/live",
            context ->
                Answers.json(
                    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store"), UP)));
  }
}
