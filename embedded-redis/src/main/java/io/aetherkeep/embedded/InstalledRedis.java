package io.aetherkeep.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Locator of the installed redis-server, preferred if new enough: updates keep it secure. */
final class InstalledRedis {

  private static final Pattern VERSION = Pattern.compile("v=([0-9]{1,4}(?:\\.[0-9]{1,4}){2})");

  private InstalledRedis() {}

  /** The first redis-server on a search path, if its version is at least the given one. */
  static Optional<Path> notOlderThan(String version, String path) {
    return Stream.of(path.split(File.pathSeparator, -1))
        .filter(directory -> directory.startsWith("/"))
        .map(directory -> Path.of(directory, "redis-server"))
        .filter(program -> Files.isRegularFile(program) && Files.isExecutable(program))
        .findFirst()
        .filter(program -> compare(versionOf(program), version) >= 0);
  }

  private static String versionOf(Path program) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
      if (!process.waitFor(5, SECONDS)) {
        process.destroyForcibly();
      }
      Matcher version = VERSION.matcher(output);
      return version.find() ? version.group(1) : "0";
    } catch (IOException e) {
      return "0";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "0";
    }
  }

  private static int compare(String one, String other) {
    return Arrays.compare(numbers(one), numbers(other));
  }

  private static int[] numbers(String version) {
    return Stream.of(version.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
  }
}
