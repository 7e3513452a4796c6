package io.aetherkeep.lab.cluster;

import io.aetherkeep.embedded.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Redis server under test; it keeps its data and its port over restarts. */
public final class Backend implements AutoCloseable {

  private final Path directory;
  private final String[] arguments;
  private EmbeddedRedis redis;

  public Backend(Path directory, String... arguments) {
    this.directory = directory;
    this.arguments = arguments.clone();
    this.redis = EmbeddedRedis.start(options(0));
  }

  private EmbeddedRedis.Options options(int port) {
    return EmbeddedRedis.options()
        .withDataDirectory(directory)
        .withPort(port)
        .withArguments(arguments);
  }

  int port() {
    return redis.port();
  }

  long pid() {
    return redis.pid();
  }

  Path directory() {
    return directory;
  }

  /** Returns the path of the server's program. */
  String program() {
    return ProcessHandle.of(redis.pid()).flatMap(process -> process.info().command()).orElseThrow();
  }

  void kill() {
    redis.kill();
  }

  void start() {
    redis = EmbeddedRedis.start(options(redis.port()));
  }

  public void freeze() {
    signal(redis.pid(), "STOP");
  }

  public void thaw() {
    signal(redis.pid(), "CONT");
  }

  static void signal(long pid, String name) {
    run("kill", "-" + name, Long.toString(pid));
  }

  /** Runs a program to its end and returns its exit status. */
  static int run(String... command) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Opens a connection that bypasses the proxy. */
  public RedisProbe connect(int database) {
    return new RedisProbe(port(), database);
  }

  @Nullable Object tell(String... words) {
    try (RedisProbe resp = connect(0)) {
      return resp.tell(words);
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
