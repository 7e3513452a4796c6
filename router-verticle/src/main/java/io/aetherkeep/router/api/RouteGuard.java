package io.aetherkeep.router.api;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.router.access.Guard;
import io.aetherkeep.router.access.cookie.SessionCookies;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Credentials;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.audit.AuditTrail;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.SpaceNames;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Guard before the handlers of routes: it identifies the caller and checks its permission. */
final class RouteGuard {

  private static final String SESSIONS = "sessions";

  private final RouteContext services;
  private final Guard guard;
  private final SpaceNames spaces;

  RouteGuard(RouteContext services, Guard guard, SpaceNames spaces) {
    this.services = services;
    this.guard = guard;
    this.spaces = spaces;
  }

  /** Returns a route's handler behind the guard; in open mode only the audit precedes it. */
  Handler<RoutingContext> of(Route route) {
    if (!route.need().isGuarded()) {
      return route.handler();
    }
    String operation = route.operation();
    return guard.isOpen() ? open(route) : context -> handle(route, operation, context);
  }

  /** Returns a route's handler in open mode, where audit entries name no caller. */
  private Handler<RoutingContext> open(Route route) {
    return AuditTrail.isAudited(route, Caller.ANYBODY) && route.path().startsWith(Route.API)
        ? context -> {
          services.trail().follow(route, Requests.space(context), Caller.ANYBODY, context);
          route.handler().handle(context);
        }
        : route.handler();
  }

  private void handle(Route route, String operation, RoutingContext context) {
    Need.Reach reach = route.need().reach();
    List<String> place = Requests.segments(context, 2);
    boolean ofNode = reach == Need.Reach.NODE;
    String space = ofNode ? null : route.space() == null ? place.get(0) : route.space();
    Caller caller = guard.identify(context.request(), space);
    String session = session(context, space, place);
    Guard.require(caller, route.need(), space, reach == Need.Reach.SESSION ? session : null);
    if (space != null) {
      spaces.require(space, caller);
    }
    caller.attachTo(context);
    guard.countUse(caller, space == null ? spaces.all() : Set.of(space), operation);
    if (space != null) {
      services.trail().follow(route, space, caller, context);
    }
    if (caller.isByCookie() && space != null && reach != Need.Reach.SESSION) {
      requireAlive(context, space, caller, route.handler());
    } else {
      route.handler().handle(context);
    }
  }

  /** Returns the session in a path, where {@code self} is the cookie's. */
  private @Nullable String session(
      RoutingContext context, @Nullable String space, List<String> place) {
    if (place.size() < 3 || !place.get(1).equals(SESSIONS)) {
      return null;
    }
    String own =
        place.get(2).equals(SessionCookies.SELF) ? guard.self(context.request(), space) : null;
    if (own == null) {
      return place.get(2);
    }
    Requests.replaceId(context, own);
    return own;
  }

  /**
   * Runs a handler if the cookie's session exists; handlers that read the session check it
   * themselves.
   */
  private void requireAlive(
      RoutingContext context, String space, Caller caller, Handler<RoutingContext> handler) {
    context.request().pause();
    services
        .ask(new ReadSession(space, Objects.requireNonNull(caller.session()), false, null))
        .onComplete(
            alive -> {
              context.request().resume();
              run(context, handler);
            },
            thrown -> {
              context.request().resume();
              services.refuse(context.request(), expired(context, space, thrown));
            });
  }

  private static void run(RoutingContext context, Handler<RoutingContext> handler) {
    try {
      handler.handle(context);
    } catch (RuntimeException thrown) {
      context.fail(thrown);
    }
  }

  private Throwable expired(RoutingContext context, String space, Throwable thrown) {
    if (Failure.from(thrown).code() != Code.SESSION_UNKNOWN) {
      return thrown;
    }
    services.cookies().clear(context.response(), space);
    return Credentials.expired();
  }
}
