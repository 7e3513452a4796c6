package io.aetherkeep.router.server;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.AllowedOrigins;
import io.aetherkeep.router.access.identity.Credentials;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Host and Origin guard of open mode: refuses DNS rebinding and cross-site requests where no
 * credentials are configured.
 *
 * <p>A browser on this machine reaches a server that listens on loopback only. The guard detects
 * DNS rebinding to 127.0.0.1 by the Host, and a form sent across sites by the Origin.
 */
public final class LocalOnlyGuard {

  private static final Pattern WHOLE = Pattern.compile("(?i)[a-z][a-z0-9+.-]*://([^/?#]*)");

  private final boolean isLoopback;
  private final AllowedOrigins origins;
  private String lastGood = "localhost";

  /**
   * Creates a guard; it checks the Host only if the listen address is a loopback address.
   *
   * @param address the address that the server listens on
   */
  public LocalOnlyGuard(String address, AllowedOrigins origins) {
    this.isLoopback = isLocal(address) || address.equals("::1");
    this.origins = origins;
  }

  /** Throws if the request's Host or Origin is not allowed. */
  void require(HttpServerRequest request) {
    String host = AllowedOrigins.host(request);
    requireLocal(host);
    requireLocal(target(request.uri()));
    if (!origins.admit(request) && changes(request)) {
      throw Credentials.otherOrigin();
    }
  }

  private void requireLocal(@Nullable String host) {
    if (isLoopback && host != null && !host.equals(lastGood)) {
      if (!isLocal(host)) {
        throw Failure.of(
            Code.OTHER_HOST,
            "Without configured credentials only requests to localhost are answered");
      }
      lastGood = host;
    }
  }

  /** Returns the host of a request target in absolute form, which overrides the Host header. */
  private static @Nullable String target(@Nullable String uri) {
    Matcher whole = uri == null || uri.startsWith("/") ? null : WHOLE.matcher(uri);
    return whole != null && whole.lookingAt() ? whole.group(1) : null;
  }

  private static boolean changes(HttpServerRequest request) {
    HttpMethod method = request.method();
    return !method.equals(HttpMethod.GET)
        && !method.equals(HttpMethod.HEAD)
        && !method.equals(HttpMethod.OPTIONS);
  }

  private static boolean isLocal(String host) {
    String name = host.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]{0,5}$", "");
    return name.equals("localhost")
        || name.equals("[::1]")
        || name.matches("127(\\.[0-9]{1,3}){3}");
  }
}
