package io.aetherkeep.testing;

import io.aetherkeep.embedded.EmbeddedRedis;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * JUnit extension that provides a real Redis, emptied before each test: a container if a Docker
 * engine answers, otherwise a {@code redis-server} process on a free loopback port. All tests of a
 * JVM share it.
 */
public final class RedisExtension implements BeforeEachCallback, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(RedisExtension.class);

  /** Shared server, closed after the last test of the JVM. */
  private record Running(RedisServer server, Runnable stop) implements AutoCloseable {
    @Override
    public void close() {
      stop.run();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    RedisServer server = running(context);
    for (int database = 0; database < (ClusterLane.isChosen() ? 3 : 1); database++) {
      try (ForeignClient client = server.foreign(database)) {
        client.send("FLUSHALL");
        client.send("SCRIPT", "FLUSH");
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RedisServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return running(context);
  }

  private static RedisServer running(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent("redis", first -> start(), Running.class)
        .server();
  }

  private static Running start() {
    if (ClusterLane.isChosen()) {
      ClusterLane lane = new ClusterLane();
      return new Running(lane, lane::close);
    }
    boolean chosen = System.getProperty("aetherkeep.redis.binary") != null;
    return !chosen && DockerClientFactory.instance().isDockerAvailable() ? container() : process();
  }

  private static Running container() {
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse("redis:7.0.15-alpine")).withExposedPorts(6379);
    container.start();
    int port = container.getMappedPort(6379);
    return new Running(() -> port, container::stop);
  }

  private static Running process() {
    EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
    return new Running(redis::port, redis::close);
  }
}
