package io.aetherkeep.router.access;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Allowed origins of cross-origin requests: those of a list, and the server's own. */
public final class AllowedOrigins {

  private final Set<String> allowed;

  private AllowedOrigins(Set<String> allowed) {
    this.allowed = allowed;
  }

  public static AllowedOrigins of(List<String> allowed) {
    return new AllowedOrigins(
        allowed.stream()
            .map(origin -> origin.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Whether no other origin than the server's own may. */
  public boolean isEmpty() {
    return allowed.isEmpty();
  }

  /** Whether an origin is on the list. */
  public boolean holds(String origin) {
    return allowed.contains(origin.toLowerCase(Locale.ROOT));
  }

  /**
   * Whether a request may come from its origin: a listed one, the server's own, or none, which is
   * no browser's.
   *
   * @param origin the Origin that came with it
   * @param host the Host that it was sent to
   */
  public boolean admit(@Nullable String origin, @Nullable String host) {
    if (origin == null || holds(origin)) {
      return true;
    }
    int name = origin.indexOf("://");
    return host != null && name > 0 && origin.substring(name + 3).equalsIgnoreCase(host);
  }

  /**
   * Whether a text is an origin as browsers send it: a scheme, a host, a port that is not usual.
   */
  public static boolean isOrigin(String text) {
    return text.matches("https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");
  }
}
