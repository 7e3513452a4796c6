package io.aetherkeep.launcher.settings;

import io.aetherkeep.redis.target.RedisTarget;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * URL of a Redis; empty if none is configured. It may contain a password, so it is printed masked.
 */
public record RedisUrl(String text) {

  static final RedisUrl NONE = new RedisUrl("");

  /** Placeholder for the common URL where Sentinels or cluster nodes locate the servers. */
  public static final RedisUrl ELSEWHERE = new RedisUrl("redis://elsewhere");

  boolean isNone() {
    return text.isEmpty();
  }

  public RedisUrl or(RedisUrl other) {
    return isNone() ? other : this;
  }

  /** Returns an identifier of the server, equal for two URLs of the same one. */
  String server() {
    return isNone() ? "" : RedisTarget.of(text, 0).server().toLowerCase(Locale.ROOT);
  }

  /** Whether it names another logical database; a 0 counts as not chosen. */
  boolean isOfAnotherDatabase(int used) {
    String named = URI.create(text).getRawPath().replaceFirst("^/?0*", "");
    return !named.isEmpty() && !named.equals(Integer.toString(used));
  }

  public static boolean isValid(String text) {
    try {
      URI uri = new URI(text);
      return ("redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getPort() != 0
          && uri.getPort() < 65536
          && (uri.getRawUserInfo() == null || uri.getRawUserInfo().contains(":"))
          && uri.getRawPath().matches("(/[0-9]*)?")
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException | NumberFormatException e) {
      // The URI parser throws a NumberFormatException for an IPv4 part that is too long.
      return false;
    }
  }

  /** Masks anything that may be a password, also in malformed URLs. */
  public static String masked(String text) {
    String user = text.replaceFirst("(?s)^([a-z]+://[^:@/?#]*:).*@", "$1***@");
    String plain = user.equals(text) ? text.replaceFirst("(?s)^([a-z]+://)?.*@", "$1***@") : user;
    return plain.replaceFirst("(?s)\\?.*", "?***");
  }

  @Override
  public String toString() {
    return masked(text);
  }
}
