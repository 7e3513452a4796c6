package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runner of external programs, which {@code .ci/run} installs where available. */
final class ToolRun {

  private ToolRun() {}

  /** The root of the repository. */
  static Path repository() {
    return Path.of("..").toAbsolutePath().normalize();
  }

  /** A command that npm installed in a directory; skips the test without it. */
  static String npm(Path directory, String name) {
    Path command = directory.resolve("node_modules/.bin").resolve(name);
    assumeTrue(Files.isExecutable(command), () -> "skipped: npm has not installed " + name);
    return command.toString();
  }

  /** Skips the test if Node is missing or older than this. */
  static void assumeNode(int major) throws Exception {
    String missing = "skipped: there is no Node " + major + " here";
    try {
      Result version =
          finished(Path.of("."), Map.of(), List.of("node", "-p", "process.versions.node"));
      int found = Integer.parseInt(version.text().strip().split("\\.", 2)[0]);
      assumeTrue(version.exit() == 0 && found >= major, missing);
    } catch (IOException none) {
      assumeTrue(false, missing);
    }
  }

  /** Exit status and output of a program. */
  record Result(int exit, String text) {}

  /** Runs a program, which must succeed; returns its output. */
  static String run(Path directory, Map<String, String> environment, List<String> command)
      throws Exception {
    Result result = finished(directory, environment, command);
    assertEquals(0, result.exit(), result.text());
    return result.text();
  }

  /** Runs a program to its end. */
  static Result finished(Path directory, Map<String, String> environment, List<String> command)
      throws Exception {
    Path said = Files.createTempFile("aetherkeep-tool", ".log");
    try {
      ProcessBuilder tool =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile());
      tool.environment().putAll(environment);
      Process process = tool.start();
      boolean ended = process.waitFor(3, TimeUnit.MINUTES);
      process.destroyForcibly();
      String text = Files.readString(said);
      assertTrue(ended, () -> "not done after three minutes: " + text);
      return new Result(process.exitValue(), text);
    } finally {
      Files.delete(said);
    }
  }
}
