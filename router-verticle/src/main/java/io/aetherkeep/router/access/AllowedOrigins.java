package io.aetherkeep.router.access;

import io.aetherkeep.settings.Reloadable;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Web origins that requests may come from: the listed ones and the server's own. */
public final class AllowedOrigins {

  private final Reloadable<List<String>> origins;
  private volatile Current current;

  /** The listed origins, in lower case. */
  private record Current(List<String> listed, Set<String> allowed) {

    static Current of(List<String> listed) {
      return new Current(
          listed,
          listed.stream()
              .map(origin -> origin.toLowerCase(Locale.ROOT))
              .collect(Collectors.toUnmodifiableSet()));
    }
  }

  private AllowedOrigins(Reloadable<List<String>> origins) {
    this.origins = origins;
    this.current = Current.of(origins.value());
  }

  public static AllowedOrigins of(List<String> allowed) {
    return of(Reloadable.of(allowed));
  }

  /** Creates the origins of a setting that can change while the node runs. */
  public static AllowedOrigins of(Reloadable<List<String>> allowed) {
    return new AllowedOrigins(allowed);
  }

  private Set<String> allowed() {
    List<String> listed = origins.value();
    Current now = current;
    if (now.listed != listed) {
      now = Current.of(listed);
      current = now;
    }
    return now.allowed;
  }

  /** Whether only the server's own origin is allowed. */
  public boolean isEmpty() {
    return allowed().isEmpty();
  }

  /** Whether an origin is listed. */
  public boolean holds(String origin) {
    return allowed().contains(origin.toLowerCase(Locale.ROOT));
  }

  /**
   * Whether a request's origin is listed, the server's own, or absent, as from clients other than
   * browsers.
   *
   * @param origin the request's Origin
   * @param host the request's Host
   */
  public boolean admit(@Nullable String origin, @Nullable String host) {
    if (origin == null || holds(origin)) {
      return true;
    }
    int name = origin.indexOf("://");
    return host != null && name > 0 && origin.substring(name + 3).equalsIgnoreCase(host);
  }

  /** Whether a request's origin is listed, the server's own, or absent. */
  public boolean admit(HttpServerRequest request) {
    return admit(request.getHeader(HttpHeaders.ORIGIN), host(request));
  }

  /** Returns a request's host: over HTTP/2 its authority. */
  public static @Nullable String host(HttpServerRequest request) {
    String host = request.getHeader(HttpHeaders.HOST);
    return host != null || request.authority() == null ? host : request.authority().toString();
  }

  /**
   * Whether a text is an origin as browsers send it: scheme, host, and a port unless it is the
   * default.
   */
  public static boolean isOrigin(String text) {
    return text.matches("https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");
  }
}
