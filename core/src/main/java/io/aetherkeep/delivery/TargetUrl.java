package io.aetherkeep.delivery;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** URL of a receiver: HTTP or HTTPS, without credentials and fragment. */
public record TargetUrl(URI uri) {

  private static final int LONGEST = 2048;

  /** Parses a URL; empty if it is invalid. */
  public static Optional<TargetUrl> parse(String text) {
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      boolean sound =
          text.length() <= LONGEST
              && (scheme.equals("https") || scheme.equals("http"))
              && uri.getHost() != null
              && uri.getUserInfo() == null
              && uri.getFragment() == null
              && uri.getPort() != 0
              && uri.getPort() <= 65535;
      return sound ? Optional.of(new TargetUrl(uri)) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Whether it is HTTP without TLS. */
  public boolean isPlain() {
    return uri.getScheme().equalsIgnoreCase("http");
  }

  /** The host; without brackets for an IPv6 address. */
  public String host() {
    String host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  public int port() {
    return uri.getPort() > 0 ? uri.getPort() : isPlain() ? 80 : 443;
  }

  /** Path and query, as sent. */
  public String path() {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
