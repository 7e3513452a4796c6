package io.aetherkeep.lab.cluster;

import io.aetherkeep.embedded.EmbeddedSentinel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Failover by Sentinel: the Sentinels notice that the primary is dead and promote the replica, and
 * two nodes that use the Sentinels follow.
 */
final class Failover implements AutoCloseable {

  private static final Map<Cluster, Failover> UNDER_WAY = new ConcurrentHashMap<>();
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String GROUP = "lab";

  private final Cluster cluster;
  private final Backend replica;
  private final List<EmbeddedSentinel> sentinels;
  private final List<LabNodeProcess> nodes;

  private Failover(Cluster cluster) {
    this.cluster = cluster;
    this.replica = new Backend(cluster.directory().resolve("replica"));
    replica.tell("REPLICAOF", "127.0.0.1", Integer.toString(cluster.redis().port()));
    await(() -> isInSync(replica, cluster.redis()));
    this.sentinels =
        Stream.generate(() -> EmbeddedSentinel.start(watch(cluster.redis()))).limit(3).toList();
    await(() -> sentinels.stream().allMatch(each -> knowsAsReplica(each, replica)));
    this.nodes = Stream.of("c", "d").map(this::node).toList();
  }

  private static EmbeddedSentinel.Watch watch(Backend primary) {
    return new EmbeddedSentinel.Watch(GROUP, primary.port(), 2, Duration.ofSeconds(1), List.of());
  }

  /** Starts a node that knows only the Sentinels' addresses. */
  private LabNodeProcess node(String name) {
    return new LabNodeProcess(
        name,
        cluster.directory(),
        Map.of(
            "AETHERKEEP_REDIS_SENTINELS",
            sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(",")),
            "AETHERKEEP_REDIS_MASTER",
            GROUP,
            "AETHERKEEP_HTTP_ACCESS_LOG",
            "off"));
  }

  /** Syncs a replica, starts Sentinels, and sends clients to nodes that use them. */
  static void prepare(Cluster cluster) {
    Failover failover = new Failover(cluster);
    UNDER_WAY.put(cluster, failover);
    cluster.host(failover);
    cluster.balance(failover.nodes);
  }

  /** Kills the primary while the replica is in sync. */
  static void begin(Cluster cluster) {
    Failover failover = Objects.requireNonNull(UNDER_WAY.get(cluster));
    cluster.redis().tell("CLIENT", "PAUSE", "300", "WRITE");
    await(() -> isInSync(failover.replica, cluster.redis()));
    cluster.redis().kill();
    await(() -> failover.allName(failover.replica));
  }

  /** Restarts the old primary as a replica and, once it is in sync, fails over to it. */
  static void end(Cluster cluster) {
    Failover failover = Objects.requireNonNull(UNDER_WAY.remove(cluster));
    Backend primary = cluster.redis();
    primary.start();
    primary.tell("REPLICAOF", "127.0.0.1", Integer.toString(failover.replica.port()));
    await(() -> isInSync(primary, failover.replica));
    await(() -> failover.sentinels.stream().allMatch(each -> knowsAsReplica(each, primary)));
    failover.replica.tell("CLIENT", "PAUSE", "8000", "WRITE");
    await(() -> isInSync(primary, failover.replica));
    await(() -> "OK".equals(ask(failover.sentinels.get(0), "FAILOVER")) || failover.isBack());
    await(failover::isBack);
    failover.replica.close();
  }

  private boolean isBack() {
    return allName(cluster.redis());
  }

  private boolean allName(Backend master) {
    String port = Integer.toString(master.port());
    return sentinels.stream().allMatch(each -> ask(each, "GET-MASTER-ADDR-BY-NAME").contains(port));
  }

  private static boolean knowsAsReplica(EmbeddedSentinel sentinel, Backend redis) {
    String replicas = ask(sentinel, "REPLICAS");
    return replicas.contains("port, " + redis.port() + ", runid")
        && replicas.contains("flags, slave,")
        && replicas.contains("master-link-status, ok");
  }

  private static String ask(EmbeddedSentinel sentinel, String what) {
    try (RedisProbe resp = new RedisProbe(sentinel.port(), 0)) {
      return String.valueOf(resp.tell("SENTINEL", what, GROUP));
    }
  }

  /** Whether a replica has all the data of its primary. */
  private static boolean isInSync(Backend follower, Backend followed) {
    String behind = String.valueOf(follower.tell("INFO", "replication"));
    String before = String.valueOf(followed.tell("INFO", "replication"));
    return behind.contains("master_link_status:up")
        && number(behind, "slave_repl_offset:") >= number(before, "master_repl_offset:");
  }

  private static long number(String info, String name) {
    int at = info.indexOf(name) + name.length();
    return Long.parseLong(info.substring(at, info.indexOf('\r', at)));
  }

  private static void await(Callable<Boolean> fact) {
    if (!Waiting.until(PATIENCE, fact)) {
      throw new IllegalStateException("the failover did not come about");
    }
  }

  @Override
  public void close() {
    nodes.forEach(LabNodeProcess::close);
    sentinels.forEach(EmbeddedSentinel::close);
    replica.close();
  }
}
