package io.aetherkeep.lab.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Node under test as a process, which keeps its port over restarts. */
public final class LabNodeProcess implements AutoCloseable {

  private static final String READY = "aetherkeep ready on ";

  private final String name;
  private final Map<String, String> settings;
  private final Path log;
  private Process process;
  private String url;

  /**
   * Starts a node.
   *
   * @param settings environment variables
   */
  LabNodeProcess(String name, Path logs, Map<String, String> settings) {
    this.name = name;
    this.settings = Map.copyOf(settings);
    this.log = logs.resolve(name + ".log");
    this.process = launch("0");
    this.url = awaitReady();
  }

  private Process launch(String port) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", classPath(), "io.aetherkeep.launcher.Main"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(settings);
    builder.environment().put("AETHERKEEP_HTTP_PORT", port);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      Process started = builder.start();
      Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The test runner's class path property names only a jar that refers to others. */
  private static String classPath() {
    return System.getProperty(
        "surefire.test.class.path", System.getProperty("java.class.path", ""));
  }

  private String awaitReady() {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    try {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(READY)) {
          Thread drain = new Thread(() -> out.lines().forEach(more -> {}), name + "-out");
          drain.setDaemon(true);
          drain.start();
          return line.substring(READY.length());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException(name + " ended before it was ready; see " + log);
  }

  public String url() {
    return url;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Kills the process as {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(Duration.ofSeconds(10));
  }

  void terminate() {
    process.destroy();
  }

  /** Waits for the end; returns whether it came in time. */
  boolean awaitEnd(Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Restarts the node on its port. */
  public void start() {
    process = launch(url.substring(url.lastIndexOf(':') + 1));
    url = awaitReady();
  }

  /** Returns the number of open files and sockets. */
  public long descriptors() {
    return count("fd");
  }

  public long threads() {
    return count("task");
  }

  private long count(String what) {
    try (Stream<Path> all = Files.list(Path.of("/proc/" + pid(), what))) {
      return all.count();
    } catch (IOException e) {
      return -1;
    }
  }

  /** Returns the heap in use after a collection, in KiB. */
  public long heap() {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Backend.run(jcmd, Long.toString(pid()), "GC.run");
    try {
      Process info = new ProcessBuilder(jcmd, Long.toString(pid()), "GC.heap_info").start();
      try (BufferedReader lines = info.inputReader(StandardCharsets.UTF_8)) {
        return lines
            .lines()
            .filter(line -> line.contains(" total "))
            .mapToLong(LabNodeProcess::used)
            .sum();
      }
    } catch (IOException e) {
      return -1;
    }
  }

  /** Parses a line such as {@code def new generation total 4928K, used 3210K [...}. */
  private static long used(String line) {
    String after = line.substring(line.indexOf(" used ") + 6).trim();
    return Long.parseLong(after.substring(0, after.indexOf('K')));
  }

  @Override
  public void close() {
    terminate();
    if (!awaitEnd(Duration.ofSeconds(30))) {
      kill();
    }
  }
}
