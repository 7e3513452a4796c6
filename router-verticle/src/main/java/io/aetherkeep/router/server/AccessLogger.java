package io.aetherkeep.router.server;

import io.aetherkeep.router.access.Proxies;
import io.aetherkeep.router.http.RequestId;
import io.aetherkeep.router.metrics.HttpMeters;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.settings.RouterSettings.AccessLog;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Access log with one line a request: method, route, digest of the path, status, bytes,
 * milliseconds, client address, request id.
 *
 * <p>A session id is a credential, a user id is personal data, and a mistyped path may hold either.
 * So the log has the route's template instead of the path, with the name of a known space, and a
 * digest that connects the lines about one path. The digest is keyed by this process, so that a
 * reader of the log cannot find an id by guessing.
 */
public final class AccessLogger {

  private static final System.Logger LOG = System.getLogger("aetherkeep.access");
  private static final byte[] KEY = new SecureRandom().generateSeed(32);
  private static final int DIGEST_BYTES = 4;
  private static final String SPACE = "{space}";

  private final AccessLog which;
  private final long slowNanos;
  private final Set<String> spaces;
  private final Proxies proxies;

  public AccessLogger(RouterSettings settings, Proxies proxies) {
    this.which = settings.accessLog();
    this.slowNanos = settings.connections().deadline().toNanos() / 2;
    this.spaces = settings.bodyLimits().keySet();
    this.proxies = proxies;
  }

  /**
   * Logs and measures a request when its response ends. Only the last call for a request counts.
   *
   * @param passage released when the response ends; null if admission does not count the request
   */
  public void follow(
      HttpServerRequest request,
      HttpMeters.RouteMeters meters,
      Admission.@Nullable Passage passage) {
    long start = System.nanoTime();
    request
        .response()
        .endHandler(
            done -> {
              boolean held = passage != null && passage.isHeld();
              if (passage != null) {
                passage.leave();
              }
              finished(request, meters, System.nanoTime() - start, held);
            });
  }

  private void finished(
      HttpServerRequest request, HttpMeters.RouteMeters meters, long nanos, boolean held) {
    int status = request.response().getStatusCode();
    meters.took(status, Duration.ofNanos(nanos));
    // A response that is held open, such as a stream or a long poll, is meant to take long.
    boolean slow = nanos > slowNanos && !held;
    if (which != AccessLog.OFF && (which == AccessLog.ALL || status >= 500 || slow)) {
      LOG.log(System.Logger.Level.INFO, () -> line(request, meters.path(), status, nanos));
    }
  }

  private String line(HttpServerRequest request, String route, int status, long nanos) {
    return String.join(
        " ",
        request.method().name(),
        named(route, request.path()),
        digest(request.path()),
        String.valueOf(status),
        request.response().bytesWritten() + "B",
        TimeUnit.NANOSECONDS.toMicros(nanos) / 1000.0 + "ms",
        proxies.client(request),
        RequestId.of(request));
  }

  /** Returns the route with the requested space's name, if that space is known. */
  private String named(String route, @Nullable String path) {
    int at = route.indexOf(SPACE);
    if (at < 0 || path == null || path.length() <= at) {
      return route;
    }
    int end = path.indexOf('/', at);
    String space = path.substring(at, end < 0 ? path.length() : end);
    return spaces.contains(space) ? route.replace(SPACE, space) : route;
  }

  /** Returns a keyed digest of a path. */
  static String digest(@Nullable String path) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
      byte[] whole = mac.doFinal(String.valueOf(path).getBytes(StandardCharsets.UTF_8));
      return "#" + HexFormat.of().formatHex(whole, 0, DIGEST_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has HmacSHA256", e);
    }
  }
}
