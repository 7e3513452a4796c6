package io.aetherkeep.redis.target;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Sentinels of a group of Redis servers.
 *
 * @param addresses addresses of the Sentinels, {@code host:port} each
 * @param master their name of the group
 * @param user user at the Sentinels; empty where they require a password only
 * @param password password at the Sentinels, empty for none; never printed
 */
public record RedisSentinels(List<String> addresses, String master, String user, String password) {

  public RedisSentinels {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("No Sentinel is given for the master " + master);
    }
  }

  /** Sentinels without a password. */
  public static RedisSentinels of(String master, List<String> addresses) {
    return new RedisSentinels(addresses, master, "", "");
  }

  /** One Sentinel as a target, with TLS and timeouts as for Redis. */
  public RedisTarget target(String address, RedisTarget redis) {
    String credentials = password.isEmpty() ? "" : encoded(user) + ":" + encoded(password) + "@";
    return redis.withAuthority(credentials + address, RedisTarget.NO_DATABASE);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return master + " by the Sentinels at " + String.join(", ", addresses);
  }
}
