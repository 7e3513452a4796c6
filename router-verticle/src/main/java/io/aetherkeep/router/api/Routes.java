package io.aetherkeep.router.api;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.Guard;
import io.aetherkeep.router.access.Proxies;
import io.aetherkeep.router.console.ConsoleRoutes;
import io.aetherkeep.router.docs.DocumentRoutes;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.http.SpaceNames;
import io.aetherkeep.router.metrics.HttpMeters;
import io.aetherkeep.router.metrics.MetricsRoutes;
import io.aetherkeep.router.realtime.RealtimeRoutes;
import io.aetherkeep.router.server.AccessLogger;
import io.aetherkeep.router.server.Admission;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.stream.StreamFeeds;
import io.aetherkeep.router.stream.StreamName;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Table of all routes, in the order of matching: the most used ones come first. */
public final class Routes {

  private final RouteContext services;
  private final List<Route> table = new ArrayList<>();

  private Routes(RouteContext services) {
    this.services = services;
  }

  /** Creates the table of all routes. */
  public static Routes all(
      RouteContext services, StreamFeeds streams, RouterSettings settings, MetricsRoutes metrics) {
    Proxies proxies = Proxies.of(settings.listener().trustedProxies());
    return new Routes(services)
        .with(new CacheRoutes(services, settings))
        .with(new InvalidationRoutes(services))
        .with(new SessionRoutes(services))
        .with(new SessionCookieRoutes(services))
        .with(new SessionListRoutes(services))
        .with(new HistoryRoutes(services))
        .with(new ConfigRoutes(services))
        .with(new PlaybackRoutes(services))
        .with(new StatusRoutes(services))
        .with(new SubscriptionRoutes(services, settings.streams(), proxies))
        .with(new StreamRoutes(services, streams, settings.streams(), proxies))
        .with(new ProviderRoutes(services))
        .with(new WebhookRoutes(services))
        .with(RealtimeRoutes::asked)
        .with(metrics)
        .with(
            new DocumentRoutes(
                settings.ownKeyspaces().values().stream().flatMap(List::stream).toList()))
        .with(new ConsoleRoutes())
        .with(new OverviewRoutes(services))
        .with(new NodeRoutes(services))
        .with(new AuditRoutes(services))
        .with(new HealthRoutes(services));
  }

  private Routes with(RouteGroup group) {
    table.addAll(group.routes());
    return this;
  }

  public List<Route> table() {
    return List.copyOf(table);
  }

  /** Returns the routes that match a filter. */
  public Routes only(Predicate<Route> filter) {
    Routes some = new Routes(services);
    table.stream().filter(filter).forEach(some.table::add);
    return some;
  }

  /**
   * Returns the handler that routes requests. It matches a path with the routes of its method and
   * area, and then with all routes of its area, to tell 405 from 404. A path without a known area
   * is matched with all routes.
   */
  public Handler<HttpServerRequest> on(
      Vertx vertx,
      Problems problems,
      AccessLogger log,
      HttpMeters meters,
      Guard guard,
      Admission admission,
      SpaceNames spaces) {
    RouteGuard guarded = new RouteGuard(services, guard, spaces);
    Function<List<Route>, Router> router =
        routes -> on(routes, vertx, problems, log, meters, guarded, admission);
    Router all = router.apply(table);
    Map<String, Router> areas = byArea(table, router);
    Handler<RoutingContext> otherwise =
        lost -> areas.getOrDefault(area(lost.request().path()), all).handle(lost.request());
    Map<HttpMethod, Map<String, Router>> methods =
        table.stream()
            .collect(
                Collectors.groupingBy(
                    Route::method,
                    Collectors.collectingAndThen(
                        Collectors.toList(),
                        routes ->
                            byArea(
                                routes, some -> router.apply(some).errorHandler(404, otherwise)))));
    return request -> {
      String area = area(request.path());
      Router whole = areas.getOrDefault(area, all);
      boolean head = request.method().equals(HttpMethod.HEAD);
      HttpMethod method = head ? HttpMethod.GET : request.method();
      methods.getOrDefault(method, areas).getOrDefault(area, whole).handle(request);
    };
  }

  /** Returns a router for each area, so that a path is matched with few routes. */
  private static Map<String, Router> byArea(
      List<Route> routes, Function<List<Route>, Router> router) {
    return routes.stream()
        .filter(route -> !area(route.path()).isEmpty())
        .collect(
            Collectors.groupingBy(
                route -> area(route.path()),
                Collectors.collectingAndThen(Collectors.toList(), router)));
  }

  /**
   * Returns the path segment after the space, such as {@code sessions}, or an empty text. The paths
   * of subscriptions are below those of streams, but form a separate area.
   */
  private static String area(@Nullable String path) {
    if (path != null && path.startsWith(StreamName.STOCK_ROOT)) {
      return path.startsWith(SubscriptionRoutes.STOCK_ROOT)
          ? SubscriptionRoutes.STOCK_ROOT
          : StreamName.STOCK_ROOT;
    }
    int space =
        path == null || !path.startsWith(Route.API) ? -1 : path.indexOf('/', Route.API.length());
    if (path == null || space < 0) {
      return "";
    }
    int end = path.indexOf('/', space + 1);
    String area = path.substring(space + 1, end < 0 ? path.length() : end);
    boolean reserved = end >= 0 && path.startsWith(SubscriptionRoutes.RESERVED, end + 1);
    return reserved && area.equals("streams") ? SubscriptionRoutes.RESERVED : area;
  }

  private Router on(
      List<Route> routes,
      Vertx vertx,
      Problems problems,
      AccessLogger log,
      HttpMeters meters,
      RouteGuard guard,
      Admission admission) {
    Router router = Router.router(vertx);
    for (Route route : routes) {
      io.vertx.ext.web.Route added = route.in(router).method(route.method());
      HttpMeters.RouteMeters followed = meters.of(route.method(), route.path());
      Handler<RoutingContext> handler = guard.of(route);
      if (route.method().equals(HttpMethod.GET)) {
        added.method(HttpMethod.HEAD);
      }
      added
          .handler(
              context -> {
                Admission.Passage passage = admission.passage();
                log.follow(context.request(), followed, passage);
                passage.attachTo(context);
                String space = route.spaceOf(context);
                if (space != null) {
                  passage.begin(space, route.need().isGuarded());
                }
                handler.handle(context);
              })
          .failureHandler(failed -> problems.send(failed.request(), cause(failed)));
    }
    router.errorHandler(404, lost -> problems.send(lost.request(), unknown()));
    router.errorHandler(405, wrong -> refuse(wrong, problems));
    router.errorHandler(400, bad -> problems.send(bad.request(), malformed()));
    router.errorHandler(500, bug -> problems.send(bug.request(), cause(bug)));
    return router;
  }

  private static Throwable cause(RoutingContext failed) {
    Throwable thrown = failed.failure();
    if (failed.statusCode() == 400 && !(thrown instanceof Failure)) {
      // Such as an invalid Host, which vertx-web checks before the route runs.
      return malformed();
    }
    return thrown == null ? new IllegalStateException("status " + failed.statusCode()) : thrown;
  }

  private void refuse(RoutingContext context, Problems problems) {
    String allowed =
        table.stream()
            .filter(route -> route.shape().matcher(context.normalizedPath()).matches())
            .flatMap(Route::methods)
            .distinct()
            .collect(Collectors.joining(", "));
    context.response().putHeader(HttpHeaders.ALLOW, allowed);
    problems.send(
        context.request(), Failure.of(Code.METHOD_NOT_ALLOWED, "Use one of " + allowed + " here"));
  }

  private static Failure unknown() {
    return Failure.of(Code.ROUTE_UNKNOWN, "No route has this path: see /openapi.json");
  }

  private static Failure malformed() {
    return Failure.of(Code.INVALID_REQUEST, "The path or the Host header is invalid");
  }
}
