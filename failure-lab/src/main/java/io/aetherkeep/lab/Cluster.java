package io.aetherkeep.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Two nodes, a Redis, and the way between them. */
final class Cluster implements AutoCloseable {

  private final Path directory;
  private final Disk disk;
  private final Backend redis;
  private final Proxy proxy;
  private final List<Node> nodes;
  private volatile List<String> urls;
  private @Nullable LocalNode local;
  private @Nullable AutoCloseable guest;

  Cluster(Path directory, String... redisArguments) {
    this.directory = directory;
    this.disk = new Disk(directory.resolve("redis"));
    this.redis = new Backend(disk.directory().resolve("data"), redisArguments);
    this.proxy = new Proxy(redis.port());
    Map<String, String> settings =
        Map.of(
            "AETHERKEEP_REDIS_URL",
            "redis://127.0.0.1:" + proxy.port(),
            "AETHERKEEP_HTTP_ACCESS_LOG",
            "off");
    this.nodes = List.of(new Node("a", directory, settings), new Node("b", directory, settings));
    this.urls = nodes.stream().map(Node::url).toList();
  }

  Path directory() {
    return directory;
  }

  Disk disk() {
    return disk;
  }

  Backend redis() {
    return redis;
  }

  Proxy proxy() {
    return proxy;
  }

  List<Node> nodes() {
    return nodes;
  }

  Node first() {
    return nodes.get(0);
  }

  Node second() {
    return nodes.get(1);
  }

  /** Where clients go. */
  List<String> urls() {
    return urls;
  }

  /** Sends clients to some of the nodes only, as a balancer would. */
  void balance(List<Node> to) {
    urls = to.stream().map(Node::url).toList();
  }

  /** Sends clients to a node in this JVM. */
  LocalNode local() {
    LocalNode node = local;
    if (node == null) {
      node = new LocalNode("redis://127.0.0.1:" + proxy.port());
      local = node;
    }
    urls = List.of(node.url());
    return node;
  }

  /** Keeps what one fault needs of its own until its trial is over. */
  void host(AutoCloseable what) {
    guest = what;
  }

  /** Ends what was kept for a trial. */
  void release() throws Exception {
    AutoCloseable present = guest;
    guest = null;
    if (present != null) {
      present.close();
    }
  }

  @Override
  public void close() {
    if (local != null) {
      local.close();
    }
    nodes.forEach(Node::close);
    proxy.close();
    redis.close();
    disk.close();
  }
}
