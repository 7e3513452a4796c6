package io.aetherkeep.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A replica that takes over: a Sentinel notices that the primary is dead and promotes the replica,
 * and the way leads there from then on, as an address that moves with the primary does.
 */
final class Failover implements AutoCloseable {

  private static final Map<Cluster, Failover> UNDER_WAY = new ConcurrentHashMap<>();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Cluster cluster;
  private final Backend replica;
  private final Process sentinel;
  private final int sentinelPort;

  private Failover(Cluster cluster) throws IOException {
    this.cluster = cluster;
    Path directory = Files.createDirectories(cluster.directory().resolve("replica"));
    this.replica = new Backend(directory);
    replica.tell("REPLICAOF", "127.0.0.1", Integer.toString(cluster.redis().port()));
    this.sentinelPort =
        replica.port() + 1000 < 65_536 ? replica.port() + 1000 : replica.port() - 1000;
    this.sentinel = sentinel(cluster.redis().port());
  }

  private Process sentinel(int primary) throws IOException {
    Path settings = cluster.directory().resolve("sentinel.conf");
    Files.write(
        settings,
        List.of(
            "port " + sentinelPort,
            "bind 127.0.0.1",
            "sentinel monitor lab 127.0.0.1 " + primary + " 1",
            "sentinel down-after-milliseconds lab 500",
            "sentinel failover-timeout lab 5000"));
    Process started =
        new ProcessBuilder(cluster.redis().program(), settings.toString(), "--sentinel")
            .redirectErrorStream(true)
            .redirectOutput(cluster.directory().resolve("sentinel.log").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
    return started;
  }

  /** The replica has everything, and the Sentinel knows it. */
  static void prepare(Cluster cluster) throws IOException {
    Failover failover = new Failover(cluster);
    UNDER_WAY.put(cluster, failover);
    failover.awaitInSync();
  }

  /** The primary dies at a moment at which the replica has everything. */
  static void begin(Cluster cluster) {
    Failover failover = Objects.requireNonNull(UNDER_WAY.get(cluster));
    cluster.redis().tell("CLIENT", "PAUSE", "300", "WRITE");
    failover.awaitInSync();
    cluster.redis().kill();
    Waiting.until(
        PATIENCE,
        () -> String.valueOf(failover.replica.tell("INFO", "replication")).contains("role:master"));
    cluster.proxy().leadTo(failover.replica.port());
  }

  private void awaitInSync() {
    Waiting.until(
        PATIENCE,
        () -> {
          String of = String.valueOf(replica.tell("INFO", "replication"));
          String primary = String.valueOf(cluster.redis().tell("INFO", "replication"));
          return of.contains("master_link_status:up")
              && number(of, "slave_repl_offset:") >= number(primary, "master_repl_offset:")
              && String.valueOf(ask("SENTINEL", "replicas", "lab"))
                  .contains(Integer.toString(replica.port()));
        });
  }

  private Object ask(String... words) {
    try (Resp resp = new Resp(sentinelPort, 0)) {
      return String.valueOf(resp.tell(words));
    }
  }

  private static long number(String info, String name) {
    int at = info.indexOf(name) + name.length();
    return Long.parseLong(info.substring(at, info.indexOf('\r', at)));
  }

  /** The old primary comes back as a replica, and takes over again. */
  static void end(Cluster cluster) {
    Failover failover = UNDER_WAY.remove(cluster);
    if (failover == null) {
      return;
    }
    failover.sentinel.destroyForcibly().onExit().join();
    cluster.redis().start();
    cluster.redis().tell("REPLICAOF", "127.0.0.1", Integer.toString(failover.replica.port()));
    Waiting.until(PATIENCE, failover::isBackInSync);
    failover.replica.tell("CLIENT", "PAUSE", "2000", "WRITE");
    Waiting.until(PATIENCE, failover::isBackInSync);
    cluster.redis().tell("REPLICAOF", "NO", "ONE");
    cluster.proxy().leadTo(cluster.redis().port());
    failover.close();
  }

  private boolean isBackInSync() {
    String back = String.valueOf(cluster.redis().tell("INFO", "replication"));
    String present = String.valueOf(replica.tell("INFO", "replication"));
    return back.contains("master_link_status:up")
        && number(back, "slave_repl_offset:") >= number(present, "master_repl_offset:");
  }

  @Override
  public void close() {
    replica.close();
  }
}
