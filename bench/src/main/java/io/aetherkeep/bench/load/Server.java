package io.aetherkeep.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Server under measurement: a process of its own, so that its processor time can be measured. */
public final class Server implements AutoCloseable {

  private static final Pattern READY = Pattern.compile(".* ready on (?:http://.*:)?([0-9]+)");
  private static final List<String> SAME_FOR_ALL = List.of("-Xms512m", "-Xmx512m");

  private final String name;
  private final Process process;
  private final int port;

  private Server(String name, Process process, int port) {
    this.name = name;
    this.process = process;
    this.port = port;
  }

  public static Server start(
      String name, Map<String, String> environment, Path jar, String... arguments)
      throws IOException {
    return start(name, environment, SAME_FOR_ALL, jar, arguments);
  }

  public static Server start(
      String name,
      Map<String, String> environment,
      List<String> flags,
      Path jar,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return start(name, environment, command);
  }

  /** Starts any program that prints {@code ready on} and its port. */
  public static Server start(String name, Map<String, String> environment, List<String> command)
      throws IOException {
    return run(name, environment, command);
  }

  /** Runs any program that prints {@code ready on} and its port. */
  public static Server run(String name, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new Server(name, process, port(process));
  }

  private static int port(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        return Integer.parseInt(ready.group(1));
      }
    }
    throw new IOException("the server ended before it was ready");
  }

  public String name() {
    return name;
  }

  /** Whether this is a node, and not a server to compare with. */
  public boolean isAetherkeep() {
    return name.equals("aetherkeep");
  }

  public long pid() {
    return process.pid();
  }

  /** Returns its resident memory. */
  public long residentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findAny()
        .orElseThrow();
  }

  public int port() {
    return port;
  }

  public Duration cpu() {
    // A server may consist of several processes.
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.onExit().join();
  }
}
