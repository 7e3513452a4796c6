package io.aetherkeep.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The server's process and the small shell that watches over it. */
final class RedisProcess {

  private static final System.Logger LOG = System.getLogger(RedisProcess.class.getName());
  private static final long PATIENCE_SECONDS = 20;

  private final Process supervisor;
  private final ProcessHandle server;
  private final int port;
  private final String version;

  private RedisProcess(Process supervisor, ProcessHandle server, int port, String version) {
    this.supervisor = supervisor;
    this.server = server;
    this.port = port;
    this.version = version;
    // A supervisor without a server has nothing left to do.
    var unused = server.onExit().thenRun(this::letGo);
  }

  static RedisProcess start(Path binary, DataDirectory directory, EmbeddedRedis.Options options) {
    Process supervisor = launch(command(binary, directory, options), directory.path());
    ServerLog log = new ServerLog(supervisor.inputReader(StandardCharsets.UTF_8));
    try {
      ProcessHandle server = log.server().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      directory.owned(server);
      var unused = server.onExit().thenRun(log::ended);
      log.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return new RedisProcess(supervisor, server, options.port(), version(options.port()));
    } catch (ExecutionException | TimeoutException | InterruptedException | IOException e) {
      supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
      supervisor.destroyForcibly();
      throw new EmbeddedRedisException(
          "redis-server did not start on port " + options.port() + ":\n" + log.tail(), e);
    }
  }

  private static List<String> command(
      Path binary, DataDirectory directory, EmbeddedRedis.Options options) {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script(), "supervise"));
    command.addAll(
        List.of(binary.toString(), "--bind", "127.0.0.1", "--port", "" + options.port()));
    command.addAll(List.of("--dir", directory.path().toString(), "--save", ""));
    command.addAll(
        directory.keeps()
            ? List.of("--appendonly", "yes", "--appendfsync", "everysec")
            : List.of("--appendonly", "no"));
    command.addAll(options.arguments());
    return command;
  }

  private static String script() {
    try (InputStream in = RedisProcess.class.getResourceAsStream("supervise.sh")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process launch(List<String> command, Path directory) {
    try {
      return new ProcessBuilder(command)
          .directory(directory.toFile())
          .redirectErrorStream(true)
          .start();
    } catch (IOException e) {
      throw new EmbeddedRedisException("redis-server cannot be run: " + e.getMessage(), e);
    }
  }

  /** Also the proof that it answers. */
  private static String version(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      socket.getOutputStream().write("INFO server\r\n".getBytes(StandardCharsets.UTF_8));
      BufferedReader reply =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      for (String line = reply.readLine(); line != null; line = reply.readLine()) {
        if (line.startsWith("redis_version:")) {
          return line.substring("redis_version:".length());
        }
      }
      throw new IOException("It does not say its version");
    }
  }

  static int freePort() {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets go of the supervisor, which then stops the server. */
  void letGo() {
    try {
      supervisor.getOutputStream().close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "The supervisor was gone already", e);
    }
  }

  ProcessHandle server() {
    return server;
  }

  int port() {
    return port;
  }

  String version() {
    return version;
  }

  /** What the server prints: read to the end by a thread, the last lines kept. */
  private static final class ServerLog {

    private static final int TAIL = 20;

    private final CompletableFuture<ProcessHandle> server = new CompletableFuture<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final List<String> tail = new ArrayList<>();

    ServerLog(BufferedReader lines) {
      Thread reader = new Thread(() -> read(lines), "embedded-redis-log");
      reader.setDaemon(true);
      reader.start();
    }

    private void read(BufferedReader lines) {
      try (lines) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          take(line);
        }
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "The server's log broke off", e);
      }
      ended();
    }

    private void take(String line) {
      synchronized (tail) {
        tail.add(line);
        if (tail.size() > TAIL) {
          tail.remove(0);
        }
      }
      LOG.log(level(line), "redis: {0}", line);
      if (line.startsWith("pid ")) {
        handle(line).ifPresentOrElse(server::complete, this::ended);
      } else if (line.contains("Ready to accept connections")) {
        ready.complete(null);
      }
    }

    private static Optional<ProcessHandle> handle(String line) {
      return ProcessHandle.of(Long.parseLong(line.substring("pid ".length()).trim()));
    }

    /** Redis marks what deserves attention with a hash; its hints to the administrator do too. */
    private static System.Logger.Level level(String line) {
      return line.contains(" # ") && !line.contains("WARNING") && line.contains("rror")
          ? System.Logger.Level.WARNING
          : System.Logger.Level.DEBUG;
    }

    void ended() {
      IOException over = new IOException("It ended");
      server.completeExceptionally(over);
      ready.completeExceptionally(over);
    }

    CompletableFuture<ProcessHandle> server() {
      return server;
    }

    CompletableFuture<Void> ready() {
      return ready;
    }

    String tail() {
      synchronized (tail) {
        return String.join("\n", tail);
      }
    }
  }
}
