package io.aetherkeep.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Real redis-server process on a loopback port, from a binary in a jar. */
public final class EmbeddedRedis implements AutoCloseable {
  private final Supervisor supervisor;
  private final Optional<DirectoryLock> lock;
  private final int port;
  private final String version;
  private final Optional<Password> password;

  EmbeddedRedis(
      Supervisor supervisor,
      Optional<DirectoryLock> lock,
      int port,
      String version,
      Optional<Password> password) {
    this.supervisor = supervisor;
    this.lock = lock;
    this.port = port;
    this.version = version;
    this.password = password;
  }

  /** The defaults: any free port, no stored data, ready within ten seconds. */
  public static Options options() {
    return new Options(Optional.empty(), 0, List.of(), Duration.ofSeconds(10), false);
  }

  /**
   * Options of a redis-server.
   *
   * @param dataDirectory directory of its data; empty to store none
   * @param port 0 for any free port
   * @param arguments arguments of redis-server, which override the built-in ones
   * @param patience time limit for loading its data and accepting connections
   * @param forUse for use, not for tests: with a random password that other users of the machine
   *     cannot read, and with the installed redis-server if it is at least as new as the bundled
   *     one
   */
  public record Options(
      Optional<Path> dataDirectory,
      int port,
      List<String> arguments,
      Duration patience,
      boolean forUse) {
    public Options {
      arguments = List.copyOf(arguments);
    }

    public Options withDataDirectory(Path directory) {
      return new Options(Optional.of(directory), port, arguments, patience, forUse);
    }

    public Options withPort(int port) {
      return new Options(dataDirectory, port, arguments, patience, forUse);
    }

    public Options withArguments(String... arguments) {
      return new Options(dataDirectory, port, List.of(arguments), patience, forUse);
    }

    public Options withPatience(Duration patience) {
      return new Options(dataDirectory, port, arguments, patience, forUse);
    }

    public Options withUse() {
      return new Options(dataDirectory, port, arguments, patience, true);
    }
  }

  /** Starts a redis-server, and returns when it answers a PING. */
  public static EmbeddedRedis start(Options options) throws EmbeddedRedisException {
    Path program = options.forUse() ? RedisBinary.newest() : RedisBinary.locate();
    Optional<DirectoryLock> lock = options.dataDirectory().map(DirectoryLock::claim);
    try {
      return new Launch(program, options, lock).run();
    } catch (RuntimeException e) {
      lock.ifPresent(DirectoryLock::close);
      throw e;
    }
  }

  /** The URL for clients, with the password if there is one. */
  public String url() {
    return password.map(it -> "redis://:" + it.text() + "@127.0.0.1:" + port).orElse(address());
  }

  /** The URL without the password: {@code redis://127.0.0.1:PORT}. */
  public String address() {
    return "redis://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /** The process id of redis-server itself, not of its supervising shell. */
  public long pid() {
    return supervisor.pid();
  }

  /** The version of redis-server, such as {@code 7.0.15}. */
  public String version() {
    return version;
  }

  /** The real path of the data directory; empty if no data is stored. */
  public Optional<Path> dataDirectory() {
    return lock.map(DirectoryLock::directory);
  }

  /** The exit status of redis-server, when it has ended for any reason. */
  public CompletableFuture<Integer> onExit() {
    return supervisor.onExit();
  }

  /** Lets redis-server save its data and exit, within ten seconds; a second call does nothing. */
  @Override
  public void close() {
    supervisor.stop();
    lock.ifPresent(DirectoryLock::close);
  }

  /** Crashes redis-server, as {@code kill -9} does, and releases the data directory. */
  public void kill() {
    supervisor.kill();
    lock.ifPresent(DirectoryLock::close);
  }
}
