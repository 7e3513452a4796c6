package io.aetherkeep.router;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The table of all routes, in the order in which they are tried: the hot ones come first. */
final class Routes {

  /** A part of the table. */
  interface Part {
    List<Route> routes();
  }

  /** One operation: its path is written as in the OpenAPI document. */
  record Route(HttpMethod method, String path, Handler<RoutingContext> handler) {

    static Route get(String path, Handler<RoutingContext> handler) {
      return new Route(HttpMethod.GET, path, handler);
    }

    static Route put(String path, Handler<RoutingContext> handler) {
      return new Route(HttpMethod.PUT, path, handler);
    }

    static Route post(String path, Handler<RoutingContext> handler) {
      return new Route(HttpMethod.POST, path, handler);
    }

    static Route patch(String path, Handler<RoutingContext> handler) {
      return new Route(HttpMethod.PATCH, path, handler);
    }

    static Route delete(String path, Handler<RoutingContext> handler) {
      return new Route(HttpMethod.DELETE, path, handler);
    }

    private Pattern shape() {
      return Pattern.compile(path.replaceAll("\\{[a-zA-Z]+}", "[^/]+").replace(".", "\\.") + "/?");
    }

    private Stream<String> methods() {
      return method.equals(HttpMethod.GET) ? Stream.of("GET", "HEAD") : Stream.of(method.name());
    }
  }

  private static final String API = "/api/v1/";

  private final List<Route> table = new ArrayList<>();

  /** Everything that is served. */
  static Routes all(
      Bus bus,
      Requests requests,
      Problems problems,
      StatusWatches watches,
      Topics topics,
      Sockets sockets,
      MetricsRoutes metrics) {
    ConfigWatches configs = new ConfigWatches(requests.vertx(), bus, problems);
    return new Routes()
        .with(new CacheRoutes(bus, requests, problems))
        .with(new SessionRoutes(bus, requests, problems))
        .with(new SessionListRoutes(bus, problems))
        .with(new HistoryRoutes(bus, requests, problems))
        .with(new ConfigRoutes(bus, requests, problems, configs))
        .with(new PlaybackRoutes(bus, requests, problems, topics))
        .with(new StatusRoutes(bus, requests, problems, watches))
        .with(new ProviderRoutes(bus, requests, problems))
        .with(new RealtimeRoutes(sockets, problems))
        .with(metrics)
        .with(new DocumentRoutes())
        .with(new ConsoleRoutes())
        .with(new OverviewRoutes(bus, problems))
        .with(new HealthRoutes(bus, problems));
  }

  private Routes with(Part part) {
    table.addAll(part.routes());
    return this;
  }

  List<Route> table() {
    return List.copyOf(table);
  }

  /** Routes requests: what is in an area is looked for there, and the rest among all there is. */
  Handler<HttpServerRequest> on(
      Vertx vertx, Problems problems, AccessLogger log, HttpMeters meters) {
    Function<List<Route>, Router> router = routes -> on(routes, vertx, problems, log, meters);
    Router all = router.apply(table);
    Map<String, Router> areas =
        table.stream()
            .filter(route -> !area(route.path()).isEmpty())
            .collect(
                Collectors.groupingBy(
                    route -> area(route.path()),
                    Collectors.collectingAndThen(Collectors.toList(), router)));
    return request -> areas.getOrDefault(area(request.path()), all).handle(request);
  }

  /** What comes after the space in a path, such as {@code sessions}; empty where nothing does. */
  private static String area(@Nullable String path) {
    int space = path == null || !path.startsWith(API) ? -1 : path.indexOf('/', API.length());
    if (path == null || space < 0) {
      return "";
    }
    int end = path.indexOf('/', space + 1);
    return path.substring(space + 1, end < 0 ? path.length() : end);
  }

  private Router on(
      List<Route> routes, Vertx vertx, Problems problems, AccessLogger log, HttpMeters meters) {
    Router router = Router.router(vertx);
    for (Route route : routes) {
      io.vertx.ext.web.Route added =
          router.route(route.path().replaceAll("\\{([a-zA-Z]+)}", ":$1")).method(route.method());
      HttpMeters.RouteMeters followed = meters.of(route.method(), route.path());
      if (route.method().equals(HttpMethod.GET)) {
        added.method(HttpMethod.HEAD);
      }
      added
          .handler(
              context -> {
                log.follow(context.request(), followed);
                route.handler().handle(context);
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
    return Failure.of(Code.ROUTE_UNKNOWN, "See /openapi.json for what there is");
  }

  private static Failure malformed() {
    return Failure.of(Code.INVALID_REQUEST, "The address cannot be read");
  }
}
