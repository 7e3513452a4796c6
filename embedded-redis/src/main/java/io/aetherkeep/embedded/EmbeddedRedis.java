package io.aetherkeep.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A real redis-server process on a loopback port, from a binary carried in a jar. */
public final class EmbeddedRedis implements AutoCloseable {
  private final Supervisor supervisor;
  private final Optional<DirectoryLock> lock;
  private final int port;
  private final String version;

  EmbeddedRedis(Supervisor supervisor, Optional<DirectoryLock> lock, int port, String version) {
    this.supervisor = supervisor;
    this.lock = lock;
    this.port = port;
    this.version = version;
  }

  /** The defaults: any free port, nothing kept, ready within ten seconds. */
  public static Options options() {
    return new Options(Optional.empty(), 0, List.of(), Duration.ofSeconds(10));
  }

  /**
   * What can be chosen about a redis-server.
   *
   * @param dataDirectory where it keeps its data; without one it keeps none
   * @param port 0 is any free one
   * @param arguments passed to redis-server after our own, so that they win
   * @param patience how long it may take to load its data and accept connections
   */
  public record Options(
      Optional<Path> dataDirectory, int port, List<String> arguments, Duration patience) {
    public Options {
      arguments = List.copyOf(arguments);
    }

    public Options withDataDirectory(Path directory) {
      return new Options(Optional.of(directory), port, arguments, patience);
    }

    public Options withPort(int port) {
      return new Options(dataDirectory, port, arguments, patience);
    }

    public Options withArguments(String... arguments) {
      return new Options(dataDirectory, port, List.of(arguments), patience);
    }

    public Options withPatience(Duration patience) {
      return new Options(dataDirectory, port, arguments, patience);
    }
  }

  /** Starts a redis-server, and returns once it answers a PING. */
  public static EmbeddedRedis start(Options options) throws EmbeddedRedisException {
    Path program = RedisBinary.locate();
    Optional<DirectoryLock> lock = options.dataDirectory().map(DirectoryLock::claim);
    try {
      return new Launch(program, options, lock).run();
    } catch (RuntimeException e) {
      lock.ifPresent(DirectoryLock::close);
      throw e;
    }
  }

  /** Where clients connect to: {@code redis://127.0.0.1:PORT}. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /** The process id of redis-server itself, not of the shell around it. */
  public long pid() {
    return supervisor.pid();
  }

  /** The version of redis-server, such as {@code 7.0.15}. */
  public String version() {
    return version;
  }

  /** Where the data is kept, by its real path; empty when it is not. */
  public Optional<Path> dataDirectory() {
    return lock.map(DirectoryLock::directory);
  }

  /** The exit status of redis-server, once it has ended for whatever reason. */
  public CompletableFuture<Integer> onExit() {
    return supervisor.onExit();
  }

  /** Lets redis-server save its data and end, within ten seconds; does nothing a second time. */
  @Override
  public void close() {
    supervisor.stop();
    lock.ifPresent(DirectoryLock::close);
  }

  /** Crashes redis-server, as {@code kill -9} does; the data directory is free again. */
  public void kill() {
    supervisor.kill();
    lock.ifPresent(DirectoryLock::close);
  }
}
