package io.aetherkeep.router.api;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.TicketAsks.RedeemTicket;
import io.aetherkeep.catalogue.TicketAsks.Redeemed;
import io.aetherkeep.router.access.cookie.SessionCookies;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.access.identity.Scope;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Route that sets a session cookie: for a ticket, or for a new session without a user. */
final class SessionCookieRoutes implements RouteGroup {

  private static final String PATH = "/api/v1/{space}/sessions/self/cookie";

  /** Limit of the body, which contains at most a ticket. */
  private static final int LARGEST_BODY = 4096;

  private final RouteContext services;
  private final CookieAnswers answers;

  SessionCookieRoutes(RouteContext services) {
    this.services = services;
    this.answers = new CookieAnswers(services.cookies());
  }

  @Override
  public List<Route> routes() {
    return List.of(Route.post(PATH, this::begin).needs(Need.NOTHING));
  }

  /** Body of a request for a cookie. */
  record Begin(@Nullable String ticket) {}

  private void begin(RoutingContext context) {
    answers.requireOn();
    services.cookies().requireOrigin(context.request());
    String space = Requests.space(context);
    services
        .requests()
        .record(context.request(), LARGEST_BODY, Begin.class)
        .compose(with -> with.ticket == null ? open(space) : redeem(space, with.ticket))
        .onComplete(
            session -> answer(context, session),
            thrown -> services.refuse(context.request(), thrown));
  }

  private Future<Session> open(String space) {
    return services.cookies().allowsAnonymous()
        ? services.ask(new OpenSession(space, null, null, null, null, null))
        : Future.failedFuture(
            Failure.of(Code.NO_CREDENTIALS, "Send a ticket of a session in the body"));
  }

  private Future<Session> redeem(String space, String ticket) {
    return services
        .ask(new RedeemTicket(space, ticket))
        .compose(
            redeemed -> {
              String session = session(space, redeemed);
              return services.ask(new ReadSession(space, session, true, null));
            });
  }

  /** Returns a ticket's session; a cookie must not permit more than the ticket. */
  private static String session(String space, Redeemed redeemed) {
    Caller caller = Caller.ofTicket(space).redeemed(redeemed.session(), redeemed.credential());
    if (redeemed.session() == null
        || !caller.scopes().containsAll(List.of(Scope.READ, Scope.WRITE))) {
      throw Failure.of(
          Code.MISSING_SCOPE, "The ticket must be of a session, with the scopes read and write");
    }
    return redeemed.session();
  }

  private void answer(RoutingContext context, Session session) {
    answers.set(context, session);
    context
        .response()
        .setStatusCode(201)
        .putHeader(
            HttpHeaders.LOCATION,
            "/api/v1/" + session.space() + "/sessions/" + SessionCookies.SELF);
    Answers.changed(context, session.version(), CookieAnswers.shown(session));
  }
}
