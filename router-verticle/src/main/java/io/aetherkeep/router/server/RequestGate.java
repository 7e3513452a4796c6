package io.aetherkeep.router.server;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.RateLimiters;
import io.aetherkeep.router.http.PercentDecoder;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.RequestId;
import io.aetherkeep.router.metrics.HttpMeters;
import io.aetherkeep.router.realtime.RealtimeRoutes;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Entry of every request: gives it an id, checks it, routes it, and logs it at its end. */
public final class RequestGate implements Handler<HttpServerRequest> {

  private static final CharSequence OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence ALLOWED =
      HttpHeaders.createOptimized("GET, HEAD, PUT, POST, PATCH, DELETE, OPTIONS");
  private static final Set<String> PROBES = Set.of("/health/live", "/health/ready");
  private static final Pattern WHOLE = Pattern.compile("(?i)https?://[^/?@]+(?:[/?].*)?");
  private static final Pattern FOLDED = Pattern.compile("//|/(?:\\.|%2[eE]){1,2}(?=/|$)");

  private final Handler<HttpServerRequest> router;
  private final Problems problems;
  private final AccessLogger log;
  private final @Nullable RealtimeRoutes realtime;
  private final HttpMeters.RouteMeters sockets;
  private final HttpMeters.RouteMeters unrouted;
  private final Cors cors;
  private final @Nullable LocalOnlyGuard open;
  private final @Nullable RateLimiters rateLimiters;
  private final Admission admission;

  /**
   * Checks of a request before it is routed.
   *
   * @param open the guard of open mode; null if credentials are required
   * @param rateLimiters counts requests by address; null if they are not counted
   */
  public record Checks(
      Cors cors,
      @Nullable LocalOnlyGuard open,
      @Nullable RateLimiters rateLimiters,
      Admission admission) {}

  public RequestGate(
      Handler<HttpServerRequest> router,
      @Nullable RealtimeRoutes realtime,
      Problems problems,
      AccessLogger log,
      HttpMeters meters,
      Checks checks) {
    this.cors = checks.cors;
    this.open = checks.open;
    this.rateLimiters = checks.rateLimiters;
    this.realtime = realtime;
    this.sockets = meters.of(HttpMethod.GET, RealtimeRoutes.PATH);
    this.admission = checks.admission;
    this.unrouted = meters.forUnmatched();
    this.router = router;
    this.problems = problems;
    this.log = log;
  }

  @Override
  public void handle(HttpServerRequest asked) {
    admission.arrived();
    HttpServerRequest request = HeadRequest.of(asked);
    RequestId.give(request);
    request.response().headers().set(OPTIONS, NOSNIFF);
    log.follow(request, unrouted, null);
    if (cors.answers(request)) {
      return;
    }
    try {
      admit(request);
    } catch (Failure failure) {
      problems.send(request, failure);
      return;
    }
    // A CONNECT over HTTP/2 has no URI.
    String uri = request.uri();
    boolean sound =
        uri != null && isTarget(uri) && PercentDecoder.isSound(uri) && isPlain(request.path());
    if ("*".equals(uri) && request.method().equals(HttpMethod.OPTIONS)) {
      request.response().setStatusCode(204).putHeader(HttpHeaders.ALLOW, ALLOWED).end();
    } else if (sound && realtime != null && RealtimeRoutes.isWanted(request)) {
      log.follow(request, sockets, null);
      enter(realtime, request);
    } else if (sound) {
      router.handle(request);
    } else {
      problems.send(
          request,
          Failure.of(
              Code.INVALID_REQUEST,
              "The path is invalid: it is empty, has unencoded characters, an incomplete percent"
                  + " escape, or empty or dot segments"));
    }
  }

  private void enter(RealtimeRoutes wanted, HttpServerRequest request) {
    try {
      admission.requireTime();
      wanted.handle(request);
    } catch (Failure failure) {
      problems.send(request, failure);
    }
  }

  private void admit(HttpServerRequest request) {
    // A refused probe would make a busy node look dead.
    if (rateLimiters != null && !PROBES.contains(String.valueOf(request.path()))) {
      rateLimiters.count(request);
    }
    if (open != null) {
      open.require(request);
    }
  }

  /**
   * Whether a request target has origin form, or absolute form as proxies send it (RFC 9112, 3.2).
   */
  private static boolean isTarget(String uri) {
    return uri.startsWith("/") || WHOLE.matcher(uri).matches();
  }

  /**
   * Whether a path has neither empty nor dot segments, whose removal would make it another path.
   */
  private static boolean isPlain(@Nullable String path) {
    return path == null
        || (!path.contains("//") && !path.contains("/.") && !path.contains("/%2"))
        || !FOLDED.matcher(path).find();
  }
}
