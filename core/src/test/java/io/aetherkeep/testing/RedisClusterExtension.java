package io.aetherkeep.testing;

import io.aetherkeep.embedded.EmbeddedCluster;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * JUnit extension that provides a real Redis Cluster of three masters, emptied before each test.
 * All tests of a JVM share it if they leave it intact; tests that kill nodes start their own.
 */
public final class RedisClusterExtension implements BeforeEachCallback, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(RedisClusterExtension.class);

  /** Shared cluster, closed after the last test of the JVM. */
  private record Running(EmbeddedCluster cluster) implements AutoCloseable {
    @Override
    public void close() {
      cluster.close();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    EmbeddedCluster cluster = running(context);
    for (int node = 0; node < cluster.size(); node++) {
      try (ForeignClient client = new ForeignClient(cluster.port(node))) {
        client.send("FLUSHALL");
        client.send("SCRIPT", "FLUSH");
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == EmbeddedCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return running(context);
  }

  private static EmbeddedCluster running(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            "cluster",
            first -> new Running(EmbeddedCluster.start(EmbeddedCluster.options())),
            Running.class)
        .cluster();
  }
}
