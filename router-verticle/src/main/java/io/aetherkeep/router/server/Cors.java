package io.aetherkeep.router.server;

import io.aetherkeep.router.access.AllowedOrigins;
import io.aetherkeep.router.stream.StreamName;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/**
 * CORS policy: lets pages of the allowed origins read responses and send requests that a form
 * cannot.
 */
public final class Cors {

  private static final CharSequence METHODS =
      HttpHeaders.createOptimized("GET, HEAD, PUT, POST, PATCH, DELETE");
  private static final CharSequence SENT =
      HttpHeaders.createOptimized(
          "Authorization, X-API-Key, Content-Type, Cache-Control, Cache-Tags, From, If-Match,"
              + " If-None-Match, Idempotency-Key, Last-Event-ID, Prefer, X-Request-Id,"
              + " traceparent, tracestate, Stream-TTL, Stream-Expires-At, Stream-Closed,"
              + " Stream-Seq, Stream-Forked-From, Stream-Fork-Offset, Stream-Fork-Sub-Offset,"
              + " Stream-Lease, Stream-Session, Stream-Text, Stream-Status, Producer-Id,"
              + " Producer-Epoch, Producer-Seq, X-CSRF-Token");
  private static final CharSequence SHOWN =
      HttpHeaders.createOptimized(
          "ETag, Age, Location, Allow, Accept-Patch, Cache-Status, Retry-After, X-Request-Id,"
              + " RateLimit, RateLimit-Policy, WWW-Authenticate, Preference-Applied, Aetherkeep-Stale,"
              + " Status-Attempt, Status-Phase, Status-Offset, Status-Estimated-Completion,"
              + " Status-Children, Status-Cancel-Requested,"
              + " Stream-Next-Offset, Stream-Up-To-Date, Stream-Closed, Stream-Cursor, Stream-TTL,"
              + " Stream-Expires-At,"
              + " Stream-Stopped, Stream-Abandoned, Stream-SSE-Data-Encoding, Producer-Epoch,"
              + " Producer-Seq, Producer-Expected-Seq, Producer-Received-Seq, X-CSRF-Token");
  private static final CharSequence AN_HOUR = HttpHeaders.createOptimized("3600");

  private final AllowedOrigins origins;
  private final boolean cookies;

  /**
   * Creates the policy.
   *
   * @param cookies whether requests may have session cookies
   */
  public Cors(AllowedOrigins origins, boolean cookies) {
    this.origins = origins;
    this.cookies = cookies;
  }

  /** Sets the CORS headers; returns whether the request was a preflight and is answered. */
  boolean answers(HttpServerRequest request) {
    if (isPreflight(request) && StreamName.isStream(request.path()) && !isListed(request)) {
      // Stock stream clients read the allowed headers; without Access-Control-Allow-Origin a
      // browser still blocks the page.
      request.response().putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, SENT);
      request.response().setStatusCode(204).end();
      return true;
    }
    if (origins.isEmpty()) {
      return false;
    }
    MultiMap headers = request.response().headers();
    headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || !origins.holds(origin)) {
      return false;
    }
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if (cookies) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    if (!isPreflight(request)) {
      headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, SHOWN);
      return false;
    }
    headers
        .set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
        .set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, SENT)
        .set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, AN_HOUR);
    request.response().setStatusCode(204).end();
    return true;
  }

  private boolean isListed(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return origin != null && origins.holds(origin);
  }

  private static boolean isPreflight(HttpServerRequest request) {
    return request.method().equals(HttpMethod.OPTIONS)
        && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
  }
}
