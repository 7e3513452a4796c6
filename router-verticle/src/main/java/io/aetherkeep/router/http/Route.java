package io.aetherkeep.router.http;

import io.aetherkeep.router.access.identity.Need;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Route of one operation; its path is written as in the OpenAPI document.
 *
 * @param need the permission that a caller needs; the highest by default
 * @param space the space; null if the path names it
 */
public record Route(
    HttpMethod method,
    String path,
    Need need,
    @Nullable String space,
    Handler<RoutingContext> handler) {

  /** Prefix of all paths with a space. */
  public static final String API = "/api/v1/";

  /** Compiled once for all event loops; their number is that of the routes. */
  private static final Map<String, Pattern> SHAPES = new ConcurrentHashMap<>();

  private Route(HttpMethod method, String path, Handler<RoutingContext> handler) {
    this(method, path, Need.ADMIN_NODE, null, handler);
  }

  /** Returns a copy that needs another permission. */
  public Route needs(Need other) {
    return new Route(method, path, other, space, handler);
  }

  /** Returns a copy for a space that its path does not name. */
  public Route in(@Nullable String other) {
    return new Route(method, path, need, other, handler);
  }

  /**
   * Adds the route to a router; a stream's path and a page's address have any number of segments.
   */
  public io.vertx.ext.web.Route in(Router router) {
    return path.contains("{path}") || path.contains("{address}")
        ? router.routeWithRegex(shape().pattern())
        : router.route(path.replaceAll("\\{([a-zA-Z]+)}", ":$1"));
  }

  /** Whether the management listener serves it, if there is one. */
  public boolean isManagement() {
    return path.startsWith("/health") || path.equals("/metrics");
  }

  /**
   * Whether the public listener serves it too, for the console. It needs a credential for all
   * spaces.
   */
  public boolean isOfConsole() {
    return path.equals("/health/redis")
        || path.equals("/health/redis/slowlog")
        || path.equals("/health/settings")
        || path.equals("/health/nodes");
  }

  /** Returns the space that a request puts load on, or null for probes and pages. */
  @Nullable
  public String spaceOf(RoutingContext context) {
    return space == null && path.startsWith(API) ? Requests.segments(context, 2).get(0) : space;
  }

  public static Route get(String path, Handler<RoutingContext> handler) {
    return new Route(HttpMethod.GET, path, handler);
  }

  public static Route put(String path, Handler<RoutingContext> handler) {
    return new Route(HttpMethod.PUT, path, handler);
  }

  public static Route post(String path, Handler<RoutingContext> handler) {
    return new Route(HttpMethod.POST, path, handler);
  }

  public static Route patch(String path, Handler<RoutingContext> handler) {
    return new Route(HttpMethod.PATCH, path, handler);
  }

  public static Route delete(String path, Handler<RoutingContext> handler) {
    return new Route(HttpMethod.DELETE, path, handler);
  }

  /** Name of the operation in the audit and among the uses of keys: its method and path. */
  public String operation() {
    return method.name() + " " + path;
  }

  /** Pattern of the paths; a stream's own path does not end with the operation {@code stop}. */
  public Pattern shape() {
    return SHAPES.computeIfAbsent(path, Route::compiled);
  }

  private static Pattern compiled(String path) {
    String shape =
        path.replaceAll("\\{path}$", ".+(?<!/stop/?)")
            .replace("{path}", ".+")
            .replace("{address}", ".+")
            .replaceAll("\\{[a-zA-Z]+}", "[^/]+");
    return Pattern.compile(shape + "/?");
  }

  public Stream<String> methods() {
    return method.equals(HttpMethod.GET) ? Stream.of("GET", "HEAD") : Stream.of(method.name());
  }
}
