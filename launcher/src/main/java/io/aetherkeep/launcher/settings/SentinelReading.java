package io.aetherkeep.launcher.settings;

import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisSentinels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reader of the settings of Sentinels and their master. */
final class SentinelReading {

  private static final String SENTINELS = "redis.sentinels";
  private static final String USER = "redis.sentinel-user";
  private static final String PASSWORD = "redis.sentinel-password";

  private static final int USUAL_PORT = 26379;

  private SentinelReading() {}

  /** The Sentinels, or null if none is configured. */
  static @Nullable RedisSentinels read(SettingsReader reader) {
    List<String> addresses = addresses(reader);
    String master =
        reader.word(
            "redis.master", "[\\w.-]+", "a name as in 'sentinel monitor' (A-Z a-z 0-9 . - _)");
    String user = reader.text(USER);
    String password = reader.text(PASSWORD);
    if (!user.isEmpty() && password.isEmpty()) {
      reader.conflict(USER, "has no effect without " + PASSWORD);
    }
    if (!addresses.isEmpty()) {
      return new RedisSentinels(addresses, master, user, password);
    }
    if (!password.isEmpty() && reader.isSound(SENTINELS)) {
      reader.conflict(PASSWORD, "has no effect without " + SENTINELS);
    }
    return null;
  }

  private static List<String> addresses(SettingsReader reader) {
    return AddressReading.read(
            reader,
            SENTINELS,
            USUAL_PORT,
            "addresses like sentinel-1:26379, with commas between; a password goes to " + PASSWORD)
        .stream()
        .map(RedisAddress::toString)
        .toList();
  }
}
