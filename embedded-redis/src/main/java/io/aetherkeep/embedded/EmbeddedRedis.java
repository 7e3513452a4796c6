package io.aetherkeep.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A real redis-server process on a loopback port, which ends with this JVM however that ends. */
public final class EmbeddedRedis implements AutoCloseable {

  private static final int ATTEMPTS = 5;
  private static final long PATIENCE_SECONDS = 10;

  private final Options options;
  private final DataDirectory directory;
  private final RedisProcess process;

  private EmbeddedRedis(Options options, DataDirectory directory, RedisProcess process) {
    this.options = options;
    this.directory = directory;
    this.process = process;
  }

  /** Options with the usual values: data thrown away at the end, any free port. */
  public static Options options() {
    return new Options(null, 0, List.of());
  }

  /** Starts a server and answers once it does. */
  public static EmbeddedRedis start(Options options) {
    Path binary = RedisBinary.locate();
    DataDirectory directory = DataDirectory.claim(options.dataDirectory());
    try {
      return new EmbeddedRedis(options, directory, started(binary, directory, options));
    } catch (RuntimeException e) {
      directory.release();
      throw e;
    }
  }

  /** A port that was free a moment ago may not be by now; another one is tried then. */
  private static RedisProcess started(Path binary, DataDirectory directory, Options options) {
    for (int attempt = 1; ; attempt++) {
      try {
        return RedisProcess.start(binary, directory, options.withPort(port(options)));
      } catch (EmbeddedRedisException e) {
        if (options.port() != 0 || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static int port(Options options) {
    return options.port() == 0 ? RedisProcess.freePort() : options.port();
  }

  public String url() {
    return "redis://127.0.0.1:" + port();
  }

  public int port() {
    return process.port();
  }

  /** The server's own process, not that of its supervisor. */
  public long pid() {
    return process.server().pid();
  }

  public String version() {
    return process.version();
  }

  /** Where the data survives; empty where it is thrown away. */
  public Optional<Path> dataDirectory() {
    return Optional.ofNullable(options.dataDirectory());
  }

  /** Completes when the server is gone, asked to or not. */
  public CompletableFuture<Void> onExit() {
    return process.server().onExit().thenApply(gone -> null);
  }

  /** Stops it as a crash would: nothing is written any more. */
  public void kill() {
    process.server().destroyForcibly();
    close();
  }

  /** Stops it properly, and waits for that. */
  @Override
  public void close() {
    process.letGo();
    if (!ended(process.server())) {
      process.server().destroyForcibly();
      ended(process.server());
    }
    directory.release();
  }

  private static boolean ended(ProcessHandle server) {
    try {
      server.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  /**
   * What a server is started with.
   *
   * @param dataDirectory where its data survives; null where it is to be thrown away
   * @param port 0 for any free one
   * @param arguments more of redis-server's own
   */
  public record Options(@Nullable Path dataDirectory, int port, List<String> arguments) {

    public Options {
      arguments = List.copyOf(arguments);
    }

    public Options withDataDirectory(Path directory) {
      return new Options(directory, port, arguments);
    }

    public Options withPort(int other) {
      return new Options(dataDirectory, other, arguments);
    }

    public Options withArguments(String... more) {
      return new Options(dataDirectory, port, List.of(more));
    }
  }
}
