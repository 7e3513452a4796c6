package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.AllowedOrigins;
import io.aetherkeep.router.access.Guard;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Credentials;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.PercentDecoder;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.SpaceNames;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** WebSocket endpoint of each space. */
public final class RealtimeRoutes {

  public static final String SUBPROTOCOL = "aetherkeep.v1";
  public static final String PATH = "/api/v1/{space}/realtime";

  private static final String OPERATION = "GET " + PATH;

  private static final Pattern PATH_PATTERN = Pattern.compile("/api/v1/([^/]+)/realtime/?");

  private final Sockets sockets;
  private final Problems problems;
  private final Guard guard;
  private final AllowedOrigins origins;
  private final SpaceNames spaces;

  public RealtimeRoutes(
      Sockets sockets, Problems problems, Guard guard, AllowedOrigins origins, SpaceNames spaces) {
    this.sockets = sockets;
    this.problems = problems;
    this.guard = guard;
    this.origins = origins;
    this.spaces = spaces;
  }

  /** Returns the route that answers requests without an upgrade. */
  public static List<Route> asked() {
    return List.of(Route.get(PATH, RealtimeRoutes::refuse).needs(Need.NOTHING));
  }

  private static void refuse(RoutingContext context) {
    if (context.request().version() != HttpVersion.HTTP_2) {
      context.response().putHeader(HttpHeaders.UPGRADE, "websocket");
    }
    throw Failure.of(
        Code.UPGRADE_REQUIRED, "Open a WebSocket here, with the subprotocol " + SUBPROTOCOL);
  }

  /**
   * Whether a request opens a WebSocket. Such a request is not routed, because a route would retain
   * its context.
   */
  public static boolean isWanted(HttpServerRequest request) {
    String upgrade = request.getHeader(HttpHeaders.UPGRADE);
    return upgrade != null
        && upgrade.toLowerCase(Locale.ROOT).contains("websocket")
        && request.method().equals(HttpMethod.GET)
        && request.version() != HttpVersion.HTTP_2
        && PATH_PATTERN.matcher(String.valueOf(request.path())).matches();
  }

  public void handle(HttpServerRequest request) {
    try {
      open(request);
    } catch (Failure failure) {
      problems.send(request, failure);
    }
  }

  private static String space(HttpServerRequest request) {
    Matcher path = PATH_PATTERN.matcher(String.valueOf(request.path()));
    return path.matches() ? PercentDecoder.decoded(path.group(1)) : "";
  }

  private void open(HttpServerRequest request) {
    String space = space(request);
    requireOrigin(request);
    String ticket = request.getParam("ticket");
    Caller caller = caller(request, space, ticket);
    spaces.require(space, caller);
    guard.countUse(caller, Set.of(space), OPERATION);
    requireSubprotocol(request);
    sockets.requireOpen();
    request
        .toWebSocket()
        .onComplete(
            peer -> sockets.add(peer, space, caller, ticket),
            thrown -> problems.send(request, malformed()));
  }

  /**
   * Returns the caller: a ticket identifies it later, when redeemed; otherwise the headers do now.
   */
  private Caller caller(HttpServerRequest request, String space, @Nullable String ticket) {
    if (ticket != null) {
      return guard.isOpen() ? Caller.ANYBODY : Caller.ofTicket(space);
    }
    Caller caller = guard.identify(request, space);
    Guard.require(caller, Need.ENTER, space, null);
    return caller;
  }

  /**
   * Requires the page's origin to be this host or an allowed one; clients other than browsers send
   * none.
   */
  private void requireOrigin(HttpServerRequest request) {
    if (!origins.admit(request)) {
      throw Credentials.otherOrigin();
    }
  }

  private static void requireSubprotocol(HttpServerRequest request) {
    String offered = String.join(",", request.headers().getAll("Sec-WebSocket-Protocol"));
    if (Arrays.stream(offered.split(",", -1)).map(String::trim).noneMatch(SUBPROTOCOL::equals)) {
      throw Failure.of(Code.SUBPROTOCOL_UNKNOWN, "Offer the subprotocol " + SUBPROTOCOL);
    }
  }

  private static Failure malformed() {
    return Failure.of(Code.INVALID_REQUEST, "The WebSocket handshake is incomplete");
  }
}
