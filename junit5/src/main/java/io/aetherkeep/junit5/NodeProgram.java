package io.aetherkeep.junit5;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Process of a node, started from the program in this library's resources. */
final class NodeProgram implements AutoCloseable {

  private static final String READY = "aetherkeep ready on ";
  private static final String PROGRAM = "aetherkeep.jar";
  private static final String LOG = "log";
  private static final long STOP_SECONDS = 30;

  private final Process process;
  private final Path folder;
  private final URI url;

  private NodeProgram(Process process, Path folder, URI url) {
    this.process = process;
    this.folder = folder;
    this.url = url;
  }

  static NodeProgram start(NodeOptions options, String redisUrl) throws IOException {
    Path folder = Files.createTempDirectory("aetherkeep-node-");
    ProcessBuilder builder =
        new ProcessBuilder(command(options, unpack(folder)))
            .redirectError(folder.resolve(LOG).toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("AETHERKEEP_"));
    environment.put("AETHERKEEP_HTTP_PORT", "0");
    environment.put("AETHERKEEP_DATA_DIR", folder.resolve("data").toString());
    environment.putAll(options.environment());
    environment.put("AETHERKEEP_REDIS_URL", redisUrl);
    Process process = builder.start();
    try {
      return new NodeProgram(process, folder, awaitReady(process, options));
    } catch (CompletionException e) {
      process.destroyForcibly();
      String log = Files.readString(folder.resolve(LOG));
      delete(folder);
      throw new IOException("The node was not ready in time, or ended. Its log:\n" + log, e);
    }
  }

  private static Path unpack(Path folder) throws IOException {
    try (InputStream program = NodeProgram.class.getResourceAsStream(PROGRAM)) {
      if (program == null) {
        throw new IOException(
            "The node's program is missing: this library was not packaged by its build");
      }
      Path jar = folder.resolve(PROGRAM);
      Files.copy(program, jar, StandardCopyOption.REPLACE_EXISTING);
      return jar;
    }
  }

  private static List<String> command(NodeOptions options, Path program) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add("-cp");
    command.add(
        Stream.concat(
                Stream.of(program, NodeOptions.codeOf(NodeMain.class)),
                options.classPath().stream())
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(NodeMain.class.getName());
    options.configuration().ifPresent(file -> command.addAll(List.of("--config", file.toString())));
    return command;
  }

  /** Reads the URL from the node's ready line, and discards its other lines. */
  private static URI awaitReady(Process process, NodeOptions options) {
    CompletableFuture<URI> ready = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(process, ready), "aetherkeep-node-output");
    reader.setDaemon(true);
    reader.start();
    return ready.orTimeout(options.patience().toMillis(), TimeUnit.MILLISECONDS).join();
  }

  private static void read(Process process, CompletableFuture<URI> ready) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(READY)) {
          ready.complete(URI.create(line.substring(READY.length())));
        }
      }
      ready.completeExceptionally(new IOException("It ended"));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  URI url() {
    return url;
  }

  Path log() {
    return folder.resolve(LOG);
  }

  long pid() {
    return process.pid();
  }

  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /**
   * Closes the node's standard input, which stops it, and waits for its end; kills it after a time
   * limit.
   */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      process.onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
    } catch (IOException | CompletionException e) {
      kill();
    }
    delete(folder);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      folder.toFile().deleteOnExit();
    }
  }
}
