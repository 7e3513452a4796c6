package io.aetherkeep.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;

/** The redis-server program for this platform: unpacked once a user, named by its content. */
final class RedisBinary {

  private static final String PROPERTY = "aetherkeep.redis.binary";
  private static final String VERSION = "7.0.15";

  private RedisBinary() {}

  static Path locate() {
    String given = System.getProperty(PROPERTY);
    if (given == null) {
      return unpacked();
    }
    Path own = Path.of(given);
    if (!Files.isExecutable(own)) {
      throw new EmbeddedRedisException(
          "-D" + PROPERTY + "=" + given + " is not a program that can be run");
    }
    return own;
  }

  private static Path unpacked() {
    byte[] program = program();
    String name = "redis-server-" + VERSION + "-" + sha256(program).substring(0, 16);
    try {
      Path directory = Files.createDirectories(cache().resolve("aetherkeep"));
      Path target = directory.resolve(name);
      if (Files.isExecutable(target) && Files.size(target) == program.length) {
        return target;
      }
      // Another JVM may be at it too: each writes its own, and the last move wins whole.
      Path fresh = Files.createTempFile(directory, name, ".part");
      Files.write(fresh, program);
      if (!fresh.toFile().setExecutable(true)) {
        throw new EmbeddedRedisException("Cannot make " + fresh + " executable");
      }
      return Files.move(
          fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EmbeddedRedisException("Cannot unpack redis-server: " + e.getMessage(), e);
    }
  }

  private static byte[] program() {
    String platform = platform();
    try (InputStream in =
        RedisBinary.class.getResourceAsStream("/redis-server-" + VERSION + "-" + platform)) {
      if (in == null) {
        throw new EmbeddedRedisException(
            "There is no embedded Redis for "
                + platform
                + ": set AETHERKEEP_REDIS_URL to a Redis of yours, or -D"
                + PROPERTY
                + "=/path/to/redis-server");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String family = os.startsWith("mac") ? "darwin" : os.split(" ", 2)[0];
    return family
        + "-"
        + switch (arch) {
          case "amd64", "x86_64" -> "amd64";
          case "aarch64", "arm64" -> "arm64";
          default -> arch;
        };
  }

  private static Path cache() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    return Stream.of(
            xdg == null || xdg.isEmpty() ? Path.of("") : Path.of(xdg),
            Path.of(System.getProperty("user.home"), ".cache"))
        .filter(path -> path.isAbsolute() && writable(path))
        .findFirst()
        .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir")));
  }

  private static boolean writable(Path directory) {
    try {
      return Files.isWritable(Files.createDirectories(directory));
    } catch (IOException e) {
      return false;
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
