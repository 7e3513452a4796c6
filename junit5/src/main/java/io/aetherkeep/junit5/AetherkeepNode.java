package io.aetherkeep.junit5;

import io.aetherkeep.embedded.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Running node in a separate process, with a real Redis. Both end with {@link #close}, or with this
 * JVM.
 */
public final class AetherkeepNode implements AutoCloseable {

  private final @Nullable EmbeddedRedis redis;
  private final String redisUrl;
  private final NodeProgram process;

  private AetherkeepNode(@Nullable EmbeddedRedis redis, String redisUrl, NodeProgram process) {
    this.redis = redis;
    this.redisUrl = redisUrl;
    this.process = process;
  }

  /** Starts a node with the defaults, and returns when it is ready. */
  public static AetherkeepNode start() {
    return start(new NodeOptions());
  }

  /** Starts a node, and returns when it is ready. */
  public static AetherkeepNode start(NodeOptions options) {
    EmbeddedRedis redis =
        options.redisUrl().isPresent() ? null : EmbeddedRedis.start(EmbeddedRedis.options());
    try {
      String url = redis == null ? options.redisUrl().orElseThrow() : redis.url();
      return new AetherkeepNode(redis, url, NodeProgram.start(options, url));
    } catch (IOException | RuntimeException e) {
      if (redis != null) {
        redis.close();
      }
      throw e instanceof IOException io
          ? new UncheckedIOException("The node did not start", io)
          : (RuntimeException) e;
    }
  }

  /** The node's URL: {@code http://127.0.0.1:PORT}. */
  public URI url() {
    return process.url();
  }

  /** The base URL of a space: {@code http://127.0.0.1:PORT/api/v1/SPACE}. */
  public URI api(String space) {
    return url().resolve("/api/v1/" + space);
  }

  /** The URL of its Redis, for example for a second node. */
  public String redisUrl() {
    return redisUrl;
  }

  /** The Redis that was started for it, to inspect or to kill; empty if the test named one. */
  public Optional<EmbeddedRedis> redis() {
    return Optional.ofNullable(redis);
  }

  /** The file with its log so far. */
  public Path log() {
    return process.log();
  }

  public long pid() {
    return process.pid();
  }

  /** Crashes the node, as {@code kill -9} does; its Redis keeps running. */
  public void kill() {
    process.kill();
  }

  /** Stops the node as a service manager does, and the Redis that was started for it. */
  @Override
  public void close() {
    process.close();
    if (redis != null) {
      redis.close();
    }
  }
}
