package io.aetherkeep.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Locator of the redis-server program: the path or resource ({@code classpath:name}) in a system
 * property, else the binary in a jar.
 */
final class RedisBinary {
  static final String PROPERTY = "aetherkeep.redis.binary";

  private static final String RESOURCE = "classpath:";
  private static final String VERSION = "7.0.15";
  private static final String CARRIED = "redis-server-" + VERSION + "-";
  private static final String ADVICE =
      "set AETHERKEEP_REDIS_URL to a Redis of yours, or -D" + PROPERTY + "=/path/to/redis-server";

  private RedisBinary() {}

  /**
   * The installed redis-server if it is at least as new as the bundled one, because updates keep it
   * secure; otherwise the same as {@link #locate}.
   */
  static Path newest() {
    return System.getProperty(PROPERTY) == null
        ? InstalledRedis.notOlderThan(VERSION, System.getenv().getOrDefault("PATH", ""))
            .orElseGet(RedisBinary::locate)
        : locate();
  }

  static Path locate() {
    String chosen = System.getProperty(PROPERTY);
    if (chosen == null) {
      return carried(platform());
    }
    return chosen.startsWith(RESOURCE)
        ? unpacked(
            chosen.substring(RESOURCE.length()),
            "-D%s=%s is not on the class path".formatted(PROPERTY, chosen))
        : chosen(Path.of(chosen));
  }

  private static Path chosen(Path program) {
    if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
      throw new EmbeddedRedisException(
          "-D%s=%s is not a program that can be run".formatted(PROPERTY, program));
    }
    return program.toAbsolutePath();
  }

  static Path carried(String platform) {
    return unpacked(
        CARRIED + platform, "no redis-server is carried for %s: %s".formatted(platform, ADVICE));
  }

  private static Path unpacked(String name, String missing) {
    try (InputStream content = RedisBinary.class.getResourceAsStream("/" + name)) {
      if (content == null) {
        throw new EmbeddedRedisException(missing);
      }
      return ProgramCache.ofUser().unpack(name, content.readAllBytes());
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot unpack %s: %s".formatted(name, ADVICE), e);
    }
  }

  private static String platform() {
    return platform(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  /** The platform in the name of the bundled binary: {@code linux-amd64}, {@code darwin-arm64}. */
  static String platform(String os, String architecture) {
    String system = os.toLowerCase(Locale.ROOT);
    String machine = architecture.toLowerCase(Locale.ROOT);
    return (system.startsWith("mac") ? "darwin" : system)
        + "-"
        + switch (machine) {
          case "x86_64" -> "amd64";
          case "i386", "x86" -> "386";
          case "aarch64" -> "arm64";
          default -> machine;
        };
  }
}
