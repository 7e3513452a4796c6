package io.aetherkeep.router;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.Routes.Route;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Where sockets come in. */
final class RealtimeRoutes implements Routes.Part {

  static final String SUBPROTOCOL = "aetherkeep.v1";

  private final Sockets sockets;
  private final Problems problems;
  private final Set<String> origins;

  RealtimeRoutes(Sockets sockets, Problems problems) {
    this.sockets = sockets;
    this.problems = problems;
    this.origins = sockets.settings().origins();
  }

  @Override
  public List<Route> routes() {
    return List.of(Route.get("/api/v1/{space}/realtime", this::open));
  }

  private void open(RoutingContext context) {
    HttpServerRequest request = context.request();
    String space = Requests.segments(context, 2).get(0);
    requireUpgrade(request);
    requireOrigin(request);
    requireSubprotocol(request);
    sockets.requireOpen();
    request
        .toWebSocket()
        .onComplete(
            peer -> sockets.add(peer, space, request.getParam("ticket")),
            thrown -> problems.send(request, malformed()));
  }

  private static void requireUpgrade(HttpServerRequest request) {
    String upgrade = request.getHeader(HttpHeaders.UPGRADE);
    if (request.version() == HttpVersion.HTTP_2
        || upgrade == null
        || !upgrade.toLowerCase(Locale.ROOT).contains("websocket")) {
      if (request.version() != HttpVersion.HTTP_2) {
        request.response().putHeader(HttpHeaders.UPGRADE, "websocket");
      }
      throw Failure.of(
          Code.UPGRADE_REQUIRED, "Open a WebSocket here, with the subprotocol " + SUBPROTOCOL);
    }
  }

  /** A page that comes from here, or from where it is allowed; what is no page has no origin. */
  private void requireOrigin(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null
        && !origins.contains("*")
        && !origins.contains(origin)
        && !isOurs(origin, request.getHeader(HttpHeaders.HOST))) {
      throw Failure.of(Code.ORIGIN_REFUSED, "See realtime.origins in the settings");
    }
  }

  private static boolean isOurs(String origin, String host) {
    return origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
  }

  private static void requireSubprotocol(HttpServerRequest request) {
    String offered = String.join(",", request.headers().getAll("Sec-WebSocket-Protocol"));
    if (Arrays.stream(offered.split(",", -1)).map(String::trim).noneMatch(SUBPROTOCOL::equals)) {
      throw Failure.of(Code.SUBPROTOCOL_UNKNOWN, "Offer the subprotocol " + SUBPROTOCOL);
    }
  }

  private static Failure malformed() {
    return Failure.of(Code.INVALID_REQUEST, "The WebSocket's handshake is not complete");
  }
}
