package io.aetherkeep.launcher;

import io.aetherkeep.redis.RedisTarget;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Where a Redis is; empty where none was named. It may hold a password, which is never printed. */
record RedisUrl(String text) {

  static final RedisUrl NONE = new RedisUrl("");

  /** What stands for a URL where others know the servers, and these ask for no password. */
  static final RedisUrl ELSEWHERE = new RedisUrl("redis://elsewhere");

  boolean isNone() {
    return text.isEmpty();
  }

  RedisUrl or(RedisUrl other) {
    return isNone() ? other : this;
  }

  /** The same for two URLs of one server, however they are spelt. */
  String server() {
    return isNone() ? "" : RedisTarget.of(text, 0).server().toLowerCase(Locale.ROOT);
  }

  /** Whether it names another logical database; 0 is what nobody chose. */
  boolean isOfAnotherDatabase(int used) {
    String named = URI.create(text).getRawPath().replaceFirst("^/?0*", "");
    return !named.isEmpty() && !named.equals(Integer.toString(used));
  }

  static boolean isValid(String text) {
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
      // Java's own reader of addresses fails by the latter at a part of an IPv4 that is too long.
      return false;
    }
  }

  /** Hides all that could be a password, also in what only tried to be a URL. */
  static String masked(String text) {
    String user = text.replaceFirst("(?s)^([a-z]+://[^:@/?#]*:).*@", "$1***@");
    String plain = user.equals(text) ? text.replaceFirst("(?s)^([a-z]+://)?.*@", "$1***@") : user;
    return plain.replaceFirst("(?s)\\?.*", "?***");
  }

  @Override
  public String toString() {
    return masked(text);
  }
}
