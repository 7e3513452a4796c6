package io.aetherkeep.redis.target;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The Sentinels that know which of several Redis servers is the master now.
 *
 * @param addresses where they are, {@code host:port} each
 * @param master the name that they have for those servers
 * @param user who one is to them; empty where a password alone is asked for
 * @param password by which they let one in, empty for none; never printed
 */
public record RedisSentinels(List<String> addresses, String master, String user, String password) {

  public RedisSentinels {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("Nobody can be asked for the master " + master);
    }
  }

  /** Sentinels that let everybody in. */
  public static RedisSentinels of(String master, List<String> addresses) {
    return new RedisSentinels(addresses, master, "", "");
  }

  /** One of them as a target: over TLS where Redis is, and with the same patience. */
  public RedisTarget target(String address, RedisTarget redis) {
    String credentials = password.isEmpty() ? "" : encoded(user) + ":" + encoded(password) + "@";
    return redis.elsewhere(credentials + address, RedisTarget.NO_DATABASE);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return master + " by the Sentinels at " + String.join(", ", addresses);
  }
}
