package io.aetherkeep.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.DocPage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Node in a separate process, from a package, with its data in a folder of the test. */
final class Installed implements AutoCloseable {

  private static final String READY = "aetherkeep ready on ";

  private final Process process;
  private final Path folder;
  private final List<String> banner = new ArrayList<>();

  private Installed(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
  }

  /** The folder of the packages. */
  static Path packages() {
    return Path.of(System.getProperty("packages"));
  }

  /** The name of a package, such as {@code aetherkeep-1.0.tar.gz}. */
  static Path named(String end) {
    return packages().resolve("aetherkeep-" + System.getProperty("version") + end);
  }

  /** Starts a command in a folder, and returns when the node is ready. */
  static Installed start(Path folder, Map<String, String> environment, String... command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(folder.resolve("errors").toFile());
    builder.environment().putAll(environment);
    builder.environment().putIfAbsent("AETHERKEEP_HTTP_PORT", "0");
    Installed node = new Installed(builder.start(), folder);
    try {
      node.awaitReady();
      return node;
    } catch (IOException e) {
      node.close();
      throw e;
    }
  }

  private void awaitReady() throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      banner.add(line);
      if (line.startsWith(READY)) {
        return;
      }
    }
    throw new IOException(
        "It ended before it was ready: " + banner + Files.readString(folder.resolve("errors")));
  }

  List<String> banner() {
    return List.copyOf(banner);
  }

  /** The path of the running program. */
  String program() {
    return process.info().command().orElse("");
  }

  /** Lines of a node's error output that match a pattern. */
  static String errors(Path folder, String pattern) throws IOException {
    return Files.readString(folder.resolve("errors"))
        .lines()
        .filter(line -> Pattern.compile(pattern).matcher(line).find())
        .collect(Collectors.joining("\n"));
  }

  String url() {
    return banner.get(banner.size() - 1).substring(READY.length());
  }

  /** Runs the README's first session against the node. */
  void assertFirstSession() throws Exception {
    String script = DocPage.at("README.md").examples().get(0).script();
    String said = sh(folder, script.replace("http://127.0.0.1:8080", url()));
    List<String> statuses =
        Pattern.compile("HTTP/1.1 ([0-9]{3})")
            .matcher(said)
            .results()
            .map(status -> status.group(1))
            .toList();
    assertEquals(List.of("201", "200", "304", "204", "404", "200", "204", "404"), statuses, said);
    assertTrue(said.contains("{\"id\":\"redis/council\",\"status\":\"UP\"}"), said);
  }

  /** The output of a script in a shell; the script must succeed. */
  static String sh(Path folder, String script) throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(shell.waitFor(2, TimeUnit.MINUTES), script);
    assertEquals(0, shell.exitValue(), said);
    return said;
  }

  /** Stops the node as a terminal or a service manager does; it must exit cleanly. */
  void stop() throws InterruptedException {
    process.destroy();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(143, process.exitValue());
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
