package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Process of a headless Chromium: one for all pages of a JVM, in isolated contexts, or a separate
 * one for a page with other options.
 */
final class Chromium {

  private static final Path PROGRAM = Path.of("/usr/bin/chromium");

  private static Chromium shared;

  private final DevTools tools;
  private final String address;

  private Chromium(Path directory) throws Exception {
    Path portFile = directory.resolve("profile/DevToolsActivePort");
    Awaitility.await("Chromium listens")
        .until(() -> Files.exists(portFile) && Files.readString(portFile).contains("\n"));
    List<String> lines = Files.readAllLines(portFile);
    address = "ws://127.0.0.1:" + lines.get(0);
    tools = DevTools.open(address + lines.get(1), event -> {});
  }

  /** Skips the test if it is not installed. */
  static void assumeIsThere() {
    assumeTrue(Files.isExecutable(PROGRAM), "there is no Chromium here");
  }

  /** The shared process of this JVM, which ends with it. */
  static synchronized Chromium shared() throws Exception {
    assumeIsThere();
    if (shared == null) {
      Path directory = Files.createTempDirectory("aetherkeep-chromium-");
      Process process = start(directory, "about:blank");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process, directory)));
      shared = new Chromium(directory);
    }
    return shared;
  }

  /** Starts a separate process in a directory, with a page and further options. */
  static Process start(Path directory, String page, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                PROGRAM.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-background-timer-throttling",
                "--disable-backgrounding-occluded-windows",
                "--disable-renderer-backgrounding",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + directory.resolve("profile")));
    command.addAll(List.of(options));
    command.add(page);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile())
        .start();
  }

  /** Creates an isolated context, without cookies, storage and caches of others. */
  String newContext() throws Exception {
    return tools.call("Target.createBrowserContext").getString("browserContextId");
  }

  /** The URL of a new page's {@link DevTools} connection. */
  String newPage(String context) throws Exception {
    String page =
        tools
            .call("Target.createTarget", "url", "about:blank", "browserContextId", context)
            .getString("targetId");
    return address + "/devtools/page/" + page;
  }

  /** Closes a context with its pages. */
  void dispose(String context) throws Exception {
    tools.call("Target.disposeBrowserContext", "browserContextId", context);
  }

  private static void end(Process process, Path directory) {
    try {
      end(process);
      try (Stream<Path> files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    } catch (Exception e) {
      process.destroyForcibly();
    }
  }

  /** Ends a browser with all its processes, which write to its profile until they have ended. */
  static void end(Process browser) throws Exception {
    List<ProcessHandle> all = browser.descendants().toList();
    browser.destroy();
    assertTrue(browser.waitFor(20, TimeUnit.SECONDS));
    for (ProcessHandle one : all) {
      one.destroyForcibly();
      // A zombie process writes nothing.
      one.onExit().completeOnTimeout(one, 5, TimeUnit.SECONDS).get();
    }
  }
}
