package io.aetherkeep.embedded;

import static java.lang.System.Logger.Level.INFO;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/**
 * Supervising shell between this JVM and redis-server, which ends redis-server when the JVM ends.
 */
final class Supervisor {
  private static final System.Logger LOG = System.getLogger(EmbeddedRedis.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Process shell;
  private final RedisLog log = new RedisLog();

  private Supervisor(Process shell) {
    this.shell = shell;
    Thread reader = new Thread(() -> log.follow(shell.getInputStream()), "embedded-redis-log");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts redis-server.
   *
   * @param command the program and its arguments
   * @param scratch directory to delete when it has ended
   */
  static Supervisor run(List<String> command, Optional<Path> scratch) {
    List<String> supervised = new ArrayList<>(List.of("/bin/sh", "-c", script("supervise.sh")));
    supervised.add("supervise-redis");
    supervised.add(scratch.map(Path::toString).orElse(""));
    supervised.addAll(command);
    try {
      return new Supervisor(
          new ProcessBuilder(inOwnProcessGroup(supervised)).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot run /bin/sh", e);
    }
  }

  /** Wraps a command so that signals to this JVM's process group do not reach it. */
  static List<String> inOwnProcessGroup(List<String> command) {
    List<String> apart = new ArrayList<>(List.of("/bin/sh", "-c", script("apart.sh")));
    apart.addAll(command);
    return apart;
  }

  private static String script(String name) {
    try (InputStream script = Supervisor.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(script, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process id of redis-server itself. */
  long pid() {
    return await(log.pid(), PATIENCE);
  }

  /** The version of redis-server, when it accepts connections; reports a slow start once. */
  String awaitReady(Duration patience) {
    if (patience.compareTo(PATIENCE) > 0 && isSlow()) {
      LOG.log(INFO, "redis-server is still loading its data");
    }
    return await(log.ready(), patience);
  }

  private boolean isSlow() {
    try {
      log.ready().copy().orTimeout(PATIENCE.toMillis(), MILLISECONDS).join();
      return false;
    } catch (CompletionException e) {
      return e.getCause() instanceof TimeoutException;
    }
  }

  private <T> T await(CompletableFuture<T> awaited, Duration patience) {
    try {
      return awaited.copy().orTimeout(patience.toMillis(), MILLISECONDS).join();
    } catch (CompletionException e) {
      boolean late = e.getCause() instanceof TimeoutException;
      String reason = late ? "not ready within " + patience.toSeconds() + " s" : "it ended";
      throw new EmbeddedRedisException(
          "redis-server did not start: %s%s".formatted(reason, log.tail()), e);
    }
  }

  boolean portTaken() {
    return log.reportsPortInUse();
  }

  /** The exit status of redis-server. */
  CompletableFuture<Integer> onExit() {
    return shell.onExit().thenApply(Process::exitValue);
  }

  /** Stops redis-server as the end of the JVM would, and waits; kills it if it is too slow. */
  void stop() {
    log.closing();
    try {
      shell.getOutputStream().close();
      onExit().orTimeout(PATIENCE.toSeconds(), SECONDS).join();
    } catch (IOException | CompletionException e) {
      kill();
    }
  }

  /** Kills redis-server, and waits. */
  void kill() {
    log.closing();
    shell.descendants().forEach(ProcessHandle::destroyForcibly);
    onExit().join();
  }
}
