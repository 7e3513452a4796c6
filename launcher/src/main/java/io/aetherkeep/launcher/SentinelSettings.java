package io.aetherkeep.launcher;

import io.aetherkeep.redis.RedisSentinels;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings that say where Sentinels are, and of which master to ask them. */
final class SentinelSettings {

  private static final String SENTINELS = "redis.sentinels";
  private static final String USER = "redis.sentinel-user";
  private static final String PASSWORD = "redis.sentinel-password";

  /** A name, a number or an IPv6 number in brackets, and maybe a port. */
  private static final Pattern ADDRESS =
      Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(?::([0-9]{1,5}))?");

  private static final int USUAL_PORT = 26379;

  private SentinelSettings() {}

  /** The Sentinels, or none. */
  static @Nullable RedisSentinels read(SettingsReader reader) {
    List<String> addresses = addresses(reader);
    String master =
        reader.word(
            "redis.master", "[\\w.-]+", "a name as in 'sentinel monitor' (A-Z a-z 0-9 . - _)");
    String user = reader.text(USER);
    String password = reader.text(PASSWORD);
    if (!user.isEmpty() && password.isEmpty()) {
      reader.wrong(USER, "of use without " + PASSWORD);
    }
    if (!addresses.isEmpty()) {
      return new RedisSentinels(addresses, master, user, password);
    }
    if (!password.isEmpty() && reader.isSound(SENTINELS)) {
      reader.wrong(PASSWORD, "of use without " + SENTINELS);
    }
    return null;
  }

  private static List<String> addresses(SettingsReader reader) {
    List<String> addresses = new ArrayList<>();
    for (String text : reader.words(SENTINELS)) {
      Matcher parts = ADDRESS.matcher(text);
      int port = parts.matches() ? port(parts.group(2)) : 0;
      if (port < 1 || port > 65_535) {
        reader.wrong(
            SENTINELS,
            "addresses like sentinel-1:26379, with commas between; a password goes to " + PASSWORD);
        return List.of();
      }
      addresses.add(parts.group(1) + ":" + port);
    }
    return addresses.stream().distinct().toList();
  }

  private static int port(@Nullable String digits) {
    return digits == null ? USUAL_PORT : Integer.parseInt(digits);
  }
}
