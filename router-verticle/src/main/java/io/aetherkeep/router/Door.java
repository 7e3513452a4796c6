package io.aetherkeep.router;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where every request comes in: it gets its name, is looked at, routed, and logged when done. */
final class Door implements Handler<HttpServerRequest> {

  private static final Pattern FOLDED = Pattern.compile("//|/(?:\\.|%2[eE]){1,2}(?=/|$)");

  private final Handler<HttpServerRequest> router;
  private final Problems problems;
  private final AccessLogger log;
  private final RealtimeRoutes realtime;
  private final HttpMeters.RouteMeters sockets;
  private final HttpMeters.RouteMeters unrouted;
  private final Admission admission;

  Door(
      Handler<HttpServerRequest> router,
      RealtimeRoutes realtime,
      Problems problems,
      AccessLogger log,
      HttpMeters meters,
      Admission admission) {
    this.realtime = realtime;
    this.sockets = meters.of(HttpMethod.GET, RealtimeRoutes.PATH);
    this.admission = admission;
    this.unrouted = meters.ofNone();
    this.router = router;
    this.problems = problems;
    this.log = log;
  }

  @Override
  public void handle(HttpServerRequest request) {
    RequestId.give(request);
    Failure refusal = admission.refusal(request);
    if (refusal != null) {
      log.refused(request, unrouted);
      problems.send(request, refusal);
      return;
    }
    log.follow(request, unrouted);
    boolean sound = Percent.isSound(request.uri()) && isPlain(request.path());
    if (sound && RealtimeRoutes.isWanted(request)) {
      log.follow(request, sockets);
      realtime.handle(request);
    } else if (sound) {
      router.handle(request);
    } else {
      problems.send(
          request,
          Failure.of(
              Code.INVALID_REQUEST,
              "The address holds raw bytes, half a '%', or segments that are empty or dots"));
    }
  }

  /** Segments that are empty or dots would be folded away, and another entry be meant. */
  private static boolean isPlain(@Nullable String path) {
    return path == null
        || (!path.contains("//") && !path.contains("/.") && !path.contains("/%2"))
        || !FOLDED.matcher(path).find();
  }
}
