package io.aetherkeep.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Server under measurement: a separate process, so that its processor time can be measured. */
public final class Server implements AutoCloseable {

  private static final Pattern READY = Pattern.compile(".* ready on (?:https?://.*:)?([0-9]+)");
  private static final List<String> SAME_FOR_ALL = List.of("-Xms512m", "-Xmx512m");
  private static final HttpClient CALLS =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String name;
  private final Process process;
  private final int port;
  private final Duration readyAfter;
  private final Duration readyCpu;

  private Server(String name, Process process, int port, long start) {
    this.name = name;
    this.process = process;
    this.port = port;
    this.readyAfter = Duration.ofNanos(System.nanoTime() - start);
    this.readyCpu = cpu();
  }

  /** Starts a node on any free port. */
  public static Server aetherkeep(Map<String, String> settings) throws IOException {
    return aetherkeep(settings, SAME_FOR_ALL);
  }

  /**
   * Starts a node with other JVM flags, and those of {@code BENCH_NODE_OPTIONS}, for a profiler.
   */
  public static Server aetherkeep(Map<String, String> settings, List<String> flags)
      throws IOException {
    List<String> all = new ArrayList<>(flags);
    String profiler = System.getenv("BENCH_NODE_OPTIONS");
    if (profiler != null) {
      all.addAll(List.of(profiler.split(" ", -1)));
    }
    return run("aetherkeep", anyPort(settings), java(all, jar()));
  }

  /** Returns the settings with any free port, unless they have a port. */
  public static Map<String, String> anyPort(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(Map.of("AETHERKEEP_HTTP_PORT", "0"));
    all.putAll(settings);
    return all;
  }

  /** Starts one of the baselines, by the words of its command. */
  public static Server baseline(String name, Map<String, String> environment, String... arguments)
      throws IOException {
    return baseline(name, environment, SAME_FOR_ALL, arguments);
  }

  /** Starts a baseline with other flags of its JVM. */
  public static Server baseline(
      String name, Map<String, String> environment, List<String> flags, String... arguments)
      throws IOException {
    List<String> command = java(flags, here());
    command.addAll(List.of(arguments));
    return run(name, environment, command);
  }

  /** Starts the jar of a peer. */
  public static Server jar(String name, Map<String, String> environment, Path jar)
      throws IOException {
    return run(name, environment, java(SAME_FOR_ALL, jar));
  }

  /** Returns the jar of a node. */
  public static Path jar() {
    return here().resolve("../../../launcher/target/aetherkeep.jar").normalize();
  }

  /** Returns the jar of the benchmarks. */
  public static Path here() {
    try {
      return Path.of(Server.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the folder of the peers. */
  public static Path peers() {
    return here().resolve("../../peers").normalize();
  }

  private static List<String> java(List<String> flags, Path jar) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-jar", jar.toString()));
    return command;
  }

  /** Runs any program that prints {@code ready on} and its port. */
  public static Server run(String name, Map<String, String> environment, List<String> command)
      throws IOException {
    long start = System.nanoTime();
    Started started = process(environment, command);
    return new Server(name, started.process, port(started), start);
  }

  /** Runs any program that listens on a port, and prints nothing. */
  public static Server run(
      String name, Map<String, String> environment, List<String> command, int port)
      throws IOException {
    long start = System.nanoTime();
    Process process = process(environment, command).process;
    while (!listens(port)) {
      if (!process.isAlive() || System.nanoTime() - start > 20_000_000_000L) {
        throw new IOException(name + " does not listen on port " + port);
      }
      LockSupport.parkNanos(20_000_000);
    }
    return new Server(name, process, port, start);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** A process, and the file of its log. */
  private record Started(Process process, Path errors) {}

  private static Started process(Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Path errors = Files.createTempFile("aetherkeep-bench-", ".log");
    builder.redirectError(errors.toFile());
    Process process = builder.start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  process.descendants().forEach(ProcessHandle::destroyForcibly);
                  process.destroyForcibly();
                  errors.toFile().delete();
                }));
    return new Started(process, errors);
  }

  private static int port(Started started) throws IOException {
    BufferedReader out = started.process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        return Integer.parseInt(ready.group(1));
      }
    }
    throw new IOException(
        "The server ended before it was ready:\n" + Files.readString(started.errors));
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

  public int port() {
    return port;
  }

  /** Returns the time from the start of the process until it was ready. */
  public Duration readyAfter() {
    return readyAfter;
  }

  /** Returns the processor time that it had used when it was ready. */
  public Duration readyCpu() {
    return readyCpu;
  }

  /** Returns the resident memory of its processes. */
  public long residentKilobytes() throws IOException {
    long sum = 0;
    for (long pid : processes().map(ProcessHandle::pid).toList()) {
      sum +=
          Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
              .sum();
    }
    return sum;
  }

  /** Returns the processor time of its processes. */
  public Duration cpu() {
    return processes()
        .map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Returns the processor time of the JIT compilers of its JVM, zero for other programs. */
  public Duration compilers() throws IOException {
    return JitCompilers.cpu(pid());
  }

  private Stream<ProcessHandle> processes() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  /** Sends one request, with a JSON body unless it is empty. */
  public HttpResponse<String> call(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CALLS.send(request.build(), BodyHandlers.ofString());
  }

  /** Sends one request that must succeed; returns the body of the response. */
  public String require(String method, String path, String body) throws Exception {
    HttpResponse<String> response = call(method, path, body);
    if (response.statusCode() / 100 != 2) {
      throw new IllegalStateException(
          "%s: %s %s is answered %d %s"
              .formatted(name, method, path, response.statusCode(), response.body()));
    }
    return response.body();
  }

  /** Returns the processor time of any process, zero if it has ended. */
  public static Duration cpu(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(handle -> handle.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.onExit().join();
  }
}
