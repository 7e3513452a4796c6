package io.aetherkeep.router.console;

import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.docs.DocumentRoutes;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import java.util.List;
import java.util.stream.Stream;

/** Routes of the console: one page of static files, which uses the public API like any client. */
public final class ConsoleRoutes implements RouteGroup {

  /** No inline scripts or styles, and nothing from other hosts. */
  private static final String POLICY =
      "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none';"
          + " form-action 'none'";

  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private static final List<String> MODULES =
      List.of(
          "main.js",
          "api.js",
          "live.js",
          "past.js",
          "ready.js",
          "dom.js",
          "charts.js",
          "dialogs.js",
          "overview.js",
          "statuses.js",
          "providers.js",
          "caches.js",
          "redis.js",
          "configs.js",
          "diff.js",
          "streams.js",
          "webhooks.js",
          "sessions.js");

  @Override
  public List<Route> routes() {
    Stream<Route> page =
        Stream.of(
            served("/console", "index.html", "text/html; charset=utf-8"),
            served("/console/console.css", "console.css", "text/css; charset=utf-8"),
            served("/console/icon.svg", "icon.svg", "image/svg+xml"));
    Stream<Route> modules =
        MODULES.stream().map(module -> served("/console/" + module, module, SCRIPT));
    return Stream.concat(page, modules).toList();
  }

  private static Route served(String path, String file, String type) {
    return Route.get(path, DocumentRoutes.file("console/" + file, type, POLICY))
        .needs(Need.NOTHING);
  }
}
