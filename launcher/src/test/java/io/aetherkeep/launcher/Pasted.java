package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runner of the documentation's commands, by a shell, as a reader pastes them. */
final class Pasted {

  private static final String HOST = "http://127.0.0.1:8080";

  private Pasted() {}

  private static void assumeIsThere(String program) throws Exception {
    boolean isThere =
        new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
    assumeTrue(isThere, "there is no " + program + " here to paste with");
  }

  /** Runs a script against the node at a URL; returns its output. */
  static String sh(String script, String url, Map<String, String> environment) throws Exception {
    assumeIsThere("curl");
    if (script.contains("redis-cli ")) {
      assumeIsThere("redis-cli");
    }
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-c", script.replace(HOST, url)).redirectErrorStream(true);
    shell.environment().putAll(environment);
    Process process = shell.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), script);
    return said;
  }

  /** Asserts that the output contains the lines in order; … is any text. */
  static void assertSaid(List<String> lines, String said) {
    int from = 0;
    for (String line : lines) {
      String pattern =
          Stream.of(line.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
      Matcher found = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE).matcher(said);
      assertTrue(found.find(from), "Not said, or not in this order: " + line + "\n" + said);
      from = found.end();
    }
  }
}
