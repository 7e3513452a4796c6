package io.aetherkeep.launcher.settings;

import io.aetherkeep.redis.target.RedisAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reader of settings that list server addresses. */
final class AddressReading {

  /** A name, an IPv4 address or an IPv6 address in brackets, with an optional port. */
  private static final Pattern ADDRESS =
      Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(?::([0-9]{1,5}))?");

  private static final int REDIS_PORT = 6379;

  private AddressReading() {}

  /**
   * Reads the distinct addresses of a setting.
   *
   * @param usualPort default port
   * @param right expected form, for the error message
   */
  static List<RedisAddress> read(SettingsReader reader, String path, int usualPort, String right) {
    List<RedisAddress> addresses = new ArrayList<>();
    for (String text : reader.words(path)) {
      Matcher parts = ADDRESS.matcher(text);
      int port = parts.matches() ? port(parts.group(2), usualPort) : 0;
      if (port < 1 || port > 65_535) {
        reader.wrong(path, right);
        return List.of();
      }
      addresses.add(new RedisAddress(parts.group(1).replaceAll("[\\[\\]]", ""), port));
    }
    return addresses.stream().distinct().toList();
  }

  /** The seed nodes of a cluster, or none. */
  static List<RedisAddress> cluster(SettingsReader reader, String path) {
    return read(
        reader,
        path,
        REDIS_PORT,
        "addresses like redis-1:6379, with commas between; a password goes to the URL");
  }

  private static int port(@Nullable String digits, int usual) {
    return digits == null ? usual : Integer.parseInt(digits);
  }
}
