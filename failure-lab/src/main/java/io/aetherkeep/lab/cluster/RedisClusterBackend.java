package io.aetherkeep.lab.cluster;

import io.aetherkeep.embedded.EmbeddedCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Redis Cluster of three masters and three replicas, and two nodes that use it. Servers are
 * numbered: 0 to 2 are the masters in the beginning and after each fault, 3 to 5 their replicas.
 */
final class RedisClusterBackend implements AutoCloseable {

  static final int MASTERS = 3;

  private static final int SERVERS = 2 * MASTERS;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ServerLinks links;
  private final EmbeddedCluster servers;
  private final List<LabNodeProcess> nodes;
  private @Nullable UnaffectedSlots unaffected;
  private @Nullable CompletableFuture<?> moving;

  RedisClusterBackend(Cluster cluster) {
    this.links = new ServerLinks(SERVERS);
    this.servers =
        EmbeddedCluster.start(
            EmbeddedCluster.options().withReplicas(1).withArgumentsOf(links::arguments));
    awaitAnnounced();
    this.nodes =
        Stream.of("e", "f")
            .map(name -> new LabNodeProcess(name, cluster.directory(), settings()))
            .toList();
  }

  /** Waits until all servers know each other by the ports of the forwarders. */
  private void awaitAnnounced() {
    await(
        () ->
            IntStream.range(0, SERVERS)
                .mapToObj(server -> tell(server, "CLUSTER", "NODES"))
                .allMatch(
                    known ->
                        IntStream.range(0, SERVERS)
                            .allMatch(server -> known.contains(links.announced(server)))));
  }

  /** All spaces share the cluster, by prefixes. */
  private Map<String, String> settings() {
    return Map.of(
        "AETHERKEEP_REDIS_CLUSTER",
        IntStream.range(0, MASTERS)
            .mapToObj(master -> "127.0.0.1:" + links.port(master))
            .collect(Collectors.joining(",")),
        "AETHERKEEP_SPACES_AETHERCAST_DATABASE",
        "0",
        "AETHERKEEP_SPACES_COUNCIL_DATABASE",
        "0",
        "AETHERKEEP_SPACES_COUNCIL_PREFIX",
        "lab-council:",
        "AETHERKEEP_SPACES_CONTENT_DATABASE",
        "0",
        "AETHERKEEP_SPACES_CONTENT_PREFIX",
        "lab-content:",
        "AETHERKEEP_HTTP_ACCESS_LOG",
        "off");
  }

  List<LabNodeProcess> nodes() {
    return nodes;
  }

  /** The first slot of a master, in the beginning and after each fault. */
  static int firstSlot(int master) {
    return EmbeddedCluster.SLOTS * master / MASTERS;
  }

  /** Connections to the servers that hold the keys. */
  List<RedisProbe> probes() {
    return IntStream.range(0, MASTERS).mapToObj(this::probe).toList();
  }

  RedisProbe probe(int server) {
    return new RedisProbe(servers.port(server), 0);
  }

  private String tell(int server, String... words) {
    try (RedisProbe probe = probe(server)) {
      return String.valueOf(probe.tell(words));
    }
  }

  /** Starts requests for keys of all masters but one. */
  private void requestUnaffected(int master) {
    unaffected =
        new UnaffectedSlots(
            nodes.stream().map(LabNodeProcess::url).toList(),
            IntStream.range(0, MASTERS).filter(other -> other != master).toArray());
  }

  private void stopRequests(Cluster cluster) {
    UnaffectedSlots asking = unaffected;
    unaffected = null;
    if (asking != null) {
      asking.close();
      asking.complaints().forEach(cluster::complain);
    }
  }

  private static int replicaOf(int master) {
    return MASTERS + master;
  }

  /** Stops writes to a master for a moment, so that its replica has everything it acknowledged. */
  private void settle(int master) {
    tell(master, "CLIENT", "PAUSE", "300", "WRITE");
    await(() -> isInSync(replicaOf(master), master));
  }

  private boolean isInSync(int follower, int followed) {
    String behind = tell(follower, "INFO", "replication");
    return behind.contains("master_link_status:up")
        && number(behind, "slave_repl_offset:")
            >= number(tell(followed, "INFO", "replication"), "master_repl_offset:");
  }

  private static long number(String info, String name) {
    int at = info.indexOf(name) + name.length();
    return Long.parseLong(info.substring(at, info.indexOf('\r', at)));
  }

  private boolean isMaster(int server) {
    return tell(server, "INFO", "replication").contains("role:master");
  }

  /** Asks for a failover, which Redis gives up after five seconds. */
  private boolean failsOver(int replica) {
    return tell(replica, "CLUSTER", "FAILOVER").equals("OK")
        && Waiting.until(Duration.ofSeconds(6), () -> isMaster(replica));
  }

  /** Kills a master, and waits until its replica has its slots. */
  void killMaster() {
    requestUnaffected(0);
    settle(0);
    servers.kill(0);
    await(() -> isMaster(replicaOf(0)));
  }

  /** Starts the killed master as a replica, and fails over to it when it is in sync. */
  void restartMaster(Cluster cluster) {
    servers.restart(0);
    giveBack(0);
    stopRequests(cluster);
  }

  /** Fails over to a former master, when it is in sync with the replica that took over. */
  private void giveBack(int master) {
    await(() -> !isMaster(master) && isInSync(master, replicaOf(master)));
    await(() -> isMaster(master) || failsOver(master));
    await(() -> !isMaster(replicaOf(master)));
    servers.awaitWhole();
  }

  /** Stops a master's process: its connections stay open, without answers. */
  void freezeMaster() {
    requestUnaffected(0);
    settle(0);
    Backend.signal(servers.pid(0), "STOP");
    await(() -> isMaster(replicaOf(0)));
  }

  void thawMaster(Cluster cluster) {
    Backend.signal(servers.pid(0), "CONT");
    giveBack(0);
    stopRequests(cluster);
  }

  /**
   * Cuts a master off from the nodes, from the other servers and from its replica, and waits until
   * the replica has its slots.
   */
  void cutMasterOff() {
    requestUnaffected(0);
    settle(0);
    links.cutOff(0);
    await(() -> isMaster(replicaOf(0)));
  }

  void healMaster(Cluster cluster) {
    links.heal();
    giveBack(0);
    stopRequests(cluster);
  }

  void killMasters() {
    for (int master = 0; master < MASTERS; master++) {
      tell(master, "CLIENT", "PAUSE", "2000", "WRITE");
    }
    for (int master = 0; master < MASTERS; master++) {
      int each = master;
      await(() -> isInSync(replicaOf(each), each));
    }
    for (int master = 0; master < MASTERS; master++) {
      servers.kill(master);
    }
  }

  /** Restarts all masters with their files. If a master loads for long, its replica takes over. */
  void restartMasters() {
    for (int master = 0; master < MASTERS; master++) {
      servers.restart(master);
    }
    servers.awaitWhole();
    for (int master = 0; master < MASTERS; master++) {
      if (!isMaster(master)) {
        giveBack(master);
      }
    }
  }

  /** Begins to move the first slots of a master to another one, key by key. */
  void moveSlots(int count) {
    requestUnaffected(0);
    moving = CompletableFuture.runAsync(() -> move(0, 1, count));
  }

  /** Waits until all are moved, and moves the slots back. */
  void moveSlotsBack(Cluster cluster, int count) {
    Objects.requireNonNull(moving).join();
    move(1, 0, count);
    servers.awaitWhole();
    stopRequests(cluster);
  }

  private void move(int from, int to, int count) {
    try (RedisProbe source = probe(from);
        RedisProbe target = probe(to)) {
      new SlotMigration(source, target, servers.port(to)).move(firstSlot(0), count);
    }
  }

  private static void await(Callable<Boolean> fact) {
    if (!Waiting.until(PATIENCE, fact)) {
      throw new IllegalStateException("the cluster did not get there");
    }
  }

  @Override
  public void close() {
    nodes.forEach(LabNodeProcess::close);
    servers.close();
    links.close();
  }
}
