package io.aetherkeep.lab.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Cluster under test: two nodes, a Redis, and a proxy between them. */
public final class Cluster implements AutoCloseable {

  private final Path directory;
  private final Disk disk;
  private final Backend redis;
  private final Proxy proxy;
  private final List<LabNodeProcess> nodes;
  private volatile List<String> urls;
  private @Nullable LocalNode local;
  private @Nullable AutoCloseable guest;
  private @Nullable RedisClusterBackend redisCluster;
  private boolean onRedisCluster;
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

  public Cluster(Path directory, String... redisArguments) {
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
    this.nodes =
        List.of(
            new LabNodeProcess("a", directory, settings),
            new LabNodeProcess("b", directory, settings));
    this.urls = nodes.stream().map(LabNodeProcess::url).toList();
  }

  Path directory() {
    return directory;
  }

  Disk disk() {
    return disk;
  }

  public Backend redis() {
    return redis;
  }

  public Proxy proxy() {
    return proxy;
  }

  public List<LabNodeProcess> nodes() {
    return nodes;
  }

  public LabNodeProcess first() {
    return nodes.get(0);
  }

  public LabNodeProcess second() {
    return nodes.get(1);
  }

  /** Returns the URLs of the nodes that clients use. */
  public List<String> urls() {
    return urls;
  }

  /** Restricts clients to some of the nodes, as a load balancer would. */
  public void balance(List<LabNodeProcess> to) {
    urls = to.stream().map(LabNodeProcess::url).toList();
  }

  /** Returns a node in this JVM and sends all clients to it. */
  LocalNode local() {
    LocalNode node = local;
    if (node == null) {
      node = new LocalNode("redis://127.0.0.1:" + proxy.port());
      local = node;
    }
    urls = List.of(node.url());
    return node;
  }

  /** Returns the Redis Cluster, which is started at its first use. */
  RedisClusterBackend redisCluster() {
    RedisClusterBackend present = redisCluster;
    if (present == null) {
      present = new RedisClusterBackend(this);
      redisCluster = present;
    }
    return present;
  }

  /** Sends clients to the nodes that use the Redis Cluster, until the end of the trial. */
  void balanceToRedisCluster() {
    balance(redisCluster().nodes());
    onRedisCluster = true;
  }

  /** Opens connections to all databases or masters that the nodes in use keep their keys in. */
  public List<RedisProbe> probes() {
    return onRedisCluster
        ? redisCluster().probes()
        : IntStream.range(0, 3).mapToObj(redis::connect).toList();
  }

  /** Notes something wrong that no client sees. */
  void complain(String what) {
    complaints.add(what);
  }

  /** Removes and returns the noted problems. */
  public List<String> drainProblems() {
    List<String> taken = List.copyOf(complaints);
    complaints.clear();
    return taken;
  }

  /** Keeps a resource of one fault until the end of its trial. */
  void host(AutoCloseable what) {
    guest = what;
  }

  /** Closes the resource kept for a trial. */
  public void release() throws Exception {
    onRedisCluster = false;
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
    if (redisCluster != null) {
      redisCluster.close();
    }
    nodes.forEach(LabNodeProcess::close);
    proxy.close();
    redis.close();
    disk.close();
  }
}
