package io.aetherkeep.router;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests an event loop begins: of a space not more than may be under way at once,
 * so that one whose Redis is slow does not take the others', and none that has waited too long
 * while there is more to do than can be done.
 *
 * <p>What is not of the API, such as probes, is always let in; what follows or waits for a change
 * is not counted, for it takes nothing while it waits.
 */
final class Admission {

  private static final String API = "/api/v1/";

  private final int mostASpace;
  private final Laps laps;
  private final Map<String, Underway> spaces = new HashMap<>();

  /** How many requests of a space are under way. */
  private static final class Underway {
    int requests;
  }

  Admission(RouterSettings settings, Laps laps) {
    this.mostASpace = settings.load().mostASpace();
    this.laps = laps;
    settings.bodyLimits().keySet().forEach(space -> spaces.put(space, new Underway()));
  }

  /** Why a request is not begun; none where it is, and then it counts until it has left. */
  @Nullable Failure refusal(HttpServerRequest request) {
    String path = request.path();
    if (path == null || !path.startsWith(API)) {
      return null;
    }
    if (!laps.hasTime()) {
      return Failure.of(Code.OVERLOADED, "There is more to do than can be done in good time");
    }
    Underway space = counted(request, path);
    if (space != null && space.requests >= mostASpace) {
      return Failure.of(Code.OVERLOADED, "Too many requests of this space are under way");
    }
    if (space != null) {
      space.requests++;
    }
    return null;
  }

  /** A request that was begun is over. */
  void left(HttpServerRequest request) {
    String path = request.path();
    Underway space = path == null || !path.startsWith(API) ? null : counted(request, path);
    if (space != null) {
      space.requests--;
    }
  }

  /** Where a request counts: it is the same when it comes and when it leaves. */
  private @Nullable Underway counted(HttpServerRequest request, String path) {
    int end = path.indexOf('/', API.length());
    Underway space = spaces.get(end < 0 ? path : path.substring(API.length(), end));
    return space == null || isLong(request, path) ? null : space;
  }

  private static boolean isLong(HttpServerRequest request, String path) {
    String query = request.query();
    if (query != null && query.contains("wait=")) {
      return true;
    }
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    return (accept != null && accept.contains("event-stream")) || path.endsWith("/realtime");
  }
}
