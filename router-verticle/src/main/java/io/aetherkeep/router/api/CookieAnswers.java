package io.aetherkeep.router.api;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.router.access.cookie.SessionCookies;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.http.Requests;
import io.vertx.ext.web.RoutingContext;

/**
 * Session cookies on responses: set on request, renewed by use for the session's remaining
 * lifetime, deleted with the session. Callers with a cookie do not see the session's id.
 */
final class CookieAnswers {

  private final SessionCookies cookies;

  CookieAnswers(SessionCookies cookies) {
    this.cookies = cookies;
  }

  /** Throws unless cookies are configured. */
  void requireOn() {
    if (!cookies.areOn()) {
      throw Failure.of(
          Code.INVALID_PARAMETER, "There are no session cookies: set access.cookie-key-file");
    }
  }

  /** Sets the cookie of a session. */
  void set(RoutingContext context, Session session) {
    cookies.set(context.response(), session.space(), session.id(), session.ttlSeconds());
  }

  /**
   * Returns a session as its caller may see it, and renews the caller's cookie.
   *
   * @param used whether the request counts as use; a read without use leaves the cookie unchanged
   */
  Session renewed(RoutingContext context, Session session, boolean used) {
    if (!Caller.of(context).isByCookie()) {
      return session;
    }
    if (used) {
      set(context, session);
    } else {
      cookies.tell(context.response(), session.space(), session.id());
    }
    return shown(session);
  }

  /** Returns a session without its id. */
  static Session shown(Session session) {
    return session.withId(SessionCookies.SELF);
  }

  /** Returns a playback as its caller may see it. */
  static Playback shown(RoutingContext context, Playback playback) {
    return Caller.of(context).isByCookie() ? playback.withSession(SessionCookies.SELF) : playback;
  }

  /** Deletes the caller's cookie. */
  void clear(RoutingContext context) {
    if (Caller.of(context).isByCookie()) {
      cookies.clear(context.response(), Requests.space(context));
    }
  }

  /** Deletes the caller's cookie if the session has ended. */
  void failed(RoutingContext context, Throwable thrown) {
    if (Failure.from(thrown).code() == Code.SESSION_UNKNOWN) {
      clear(context);
    }
  }
}
