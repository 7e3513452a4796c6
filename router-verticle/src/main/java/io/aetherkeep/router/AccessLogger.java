package io.aetherkeep.router;

import io.aetherkeep.router.RouterSettings.AccessLog;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line a request: method, path, status, bytes, milliseconds, who, which request.
 *
 * <p>The path goes without its query and without what follows {@code /sessions/}, which may open
 * doors.
 */
final class AccessLogger {

  private static final System.Logger LOG = System.getLogger("aetherkeep.access");

  private final AccessLog which;
  private final long slowNanos;

  private final Consumer<HttpServerRequest> left;

  /**
   * A log.
   *
   * @param left is told of each request that was followed to its end
   */
  AccessLogger(RouterSettings settings, Consumer<HttpServerRequest> left) {
    this.left = left;
    this.which = settings.accessLog();
    this.slowNanos = settings.deadline().toNanos() / 2;
  }

  /** Follows a request to its end; the last meters that were said for it count. */
  void follow(HttpServerRequest request, HttpMeters.RouteMeters meters) {
    long start = System.nanoTime();
    request
        .response()
        .endHandler(
            done -> {
              left.accept(request);
              finished(request, meters, System.nanoTime() - start);
            });
  }

  /** Follows a request that is refused at the door. */
  void refused(HttpServerRequest request, HttpMeters.RouteMeters meters) {
    long start = System.nanoTime();
    request.response().endHandler(done -> finished(request, meters, System.nanoTime() - start));
  }

  private void finished(HttpServerRequest request, HttpMeters.RouteMeters meters, long nanos) {
    int status = request.response().getStatusCode();
    meters.took(status, Duration.ofNanos(nanos));
    if (which != AccessLog.OFF
        && (which == AccessLog.ALL || status >= 500 || isSlow(request, nanos))) {
      LOG.log(System.Logger.Level.INFO, () -> line(request, status, nanos));
    }
  }

  /** Who waits for a change, or follows changes, is meant to take long. */
  private boolean isSlow(HttpServerRequest request, long nanos) {
    String type = request.response().headers().get(HttpHeaders.CONTENT_TYPE);
    boolean stream = type != null && type.startsWith("text/event-stream");
    return nanos > slowNanos && !stream && request.getParam("wait") == null;
  }

  private static String line(HttpServerRequest request, int status, long nanos) {
    return String.join(
        " ",
        request.method().name(),
        withoutSecrets(request.path()),
        String.valueOf(status),
        request.response().bytesWritten() + "B",
        TimeUnit.NANOSECONDS.toMicros(nanos) / 1000.0 + "ms",
        request.remoteAddress() == null ? "-" : request.remoteAddress().hostAddress(),
        RequestId.of(request));
  }

  /** A session's id lets its bearer in, however its address is spelt. */
  static String withoutSecrets(@Nullable String path) {
    if (path == null) {
      return "-";
    }
    if (!Percent.isSound(path)) {
      return "(malformed)";
    }
    return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8)
        .replaceAll("(?i)(/+sessions/+)[^/]+", "$1*")
        .replaceAll("[\\p{Cntrl}\\s]", "?");
  }
}
