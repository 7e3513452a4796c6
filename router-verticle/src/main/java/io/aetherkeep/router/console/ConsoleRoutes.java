package io.aetherkeep.router.console;

import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.docs.DocumentRoutes;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import java.util.List;
import java.util.stream.Stream;

/**
 * Routes of the console: static files of a web page, which uses the public API like any client.
 * Every other address below {@code /console} is a view of that page, and gets the page.
 */
public final class ConsoleRoutes implements RouteGroup {

  /** Content security policy: no inline scripts or styles, and nothing from other hosts. */
  private static final String POLICY =
      "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none';"
          + " form-action 'none'";

  private static final String PAGE = "text/html; charset=utf-8";

  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private static final List<String> MODULES =
      List.of(
          "main.js",
          "address.js",
          "page.js",
          "access.js",
          "states.js",
          "table.js",
          "detail.js",
          "actions.js",
          "search.js",
          "api.js",
          "live.js",
          "past.js",
          "ready.js",
          "dom.js",
          "charts.js",
          "dialogs.js",
          "diff.js",
          "overview.js",
          "events.js",
          "sessions.js",
          "podcasts.js",
          "statuses.js",
          "streams.js",
          "filters.js",
          "caches.js",
          "configs.js",
          "providers.js",
          "nodes.js",
          "peers.js",
          "redis.js",
          "webhooks.js",
          "audit.js",
          "sockets.js");

  @Override
  public List<Route> routes() {
    Stream<Route> files =
        Stream.of(
            served("/console/console.css", "console.css", "text/css; charset=utf-8"),
            served("/console/icon.svg", "icon.svg", "image/svg+xml"));
    Stream<Route> modules =
        MODULES.stream().map(module -> served("/console/" + module, module, SCRIPT));
    Stream<Route> pages =
        Stream.of("/console", "/console/{address}")
            .map(address -> served(address, "index.html", PAGE));
    return Stream.of(files, modules, pages).flatMap(routes -> routes).toList();
  }

  private static Route served(String path, String file, String type) {
    return Route.get(path, DocumentRoutes.file("console/" + file, type, POLICY))
        .needs(Need.NOTHING);
  }
}
