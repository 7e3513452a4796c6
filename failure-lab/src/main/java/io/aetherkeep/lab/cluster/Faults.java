package io.aetherkeep.lab.cluster;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.aetherkeep.lab.cluster.Fault.Act;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Catalogue of the faults. */
public final class Faults {

  private static final Duration SHORT = ofSeconds(4);

  private static final int MOVED_SLOTS = 1500;

  private Faults() {}

  /** Returns the faults that this machine permits, in order. */
  public static List<Fault> possible(Cluster cluster) {
    return all().stream()
        .filter(fault -> cluster.disk().isOwn() || !fault.name().contains("disk"))
        .toList();
  }

  private static List<Fault> all() {
    return Stream.of(redis(), redisCluster(), disk(), network(), nodes(), local())
        .flatMap(List::stream)
        .toList();
  }

  /** Returns the most important faults, shortened. */
  public static List<Fault> few() {
    List<String> names =
        List.of(
            "redis killed, restarted with its data",
            "redis frozen for 10 s",
            "connections half open",
            "redis emptied (FLUSHALL)",
            "a node killed (kill -9)");
    return all().stream()
        .filter(fault -> names.contains(fault.name()))
        .map(fault -> fault.lasting(ofSeconds(3)))
        .toList();
  }

  private static List<Fault> redis() {
    return List.of(
        Fault.of(
            "redis killed, restarted with its data",
            SHORT,
            cluster -> cluster.redis().kill(),
            cluster -> cluster.redis().start()),
        Fault.of(
                "redis killed, restarted empty",
                SHORT,
                cluster -> cluster.redis().kill(),
                cluster -> {
                  delete(cluster.redis().directory());
                  cluster.redis().start();
                })
            .forgetting(),
        Fault.of(
            "redis frozen for 10 s",
            ofSeconds(10),
            cluster -> cluster.redis().freeze(),
            cluster -> cluster.redis().thaw()),
        Fault.of("redis emptied (FLUSHALL)", ofSeconds(2), command("FLUSHALL"), Act.NOTHING)
            .forgetting()
            .reachable(),
        Fault.of(
                "scripts flushed (SCRIPT FLUSH)",
                ofSeconds(2),
                command("SCRIPT", "FLUSH"),
                Act.NOTHING)
            .reachable()
            .during(command("SCRIPT", "FLUSH")),
        Fault.of("clients killed (CLIENT KILL)", SHORT, Act.NOTHING, Act.NOTHING)
            .reachable()
            .during(Faults::killClients),
        Fault.of(
            "memory full (noeviction)",
            SHORT,
            command("CONFIG", "SET", "maxmemory", "1"),
            command("CONFIG", "SET", "maxmemory", "0")),
        Fault.of(
            "another client's script blocks for 4 s", SHORT, Faults::runSlowScript, Act.NOTHING),
        Fault.of("a replica takes over", SHORT, Failover::begin, Failover::end)
            .after(Failover::prepare));
  }

  private static List<Fault> redisCluster() {
    return Stream.of(
            Fault.of(
                "cluster: a master killed, its replica takes over",
                SHORT,
                cluster -> cluster.redisCluster().killMaster(),
                cluster -> cluster.redisCluster().restartMaster(cluster)),
            Fault.of(
                    "cluster: a range of slots moved",
                    SHORT,
                    cluster -> cluster.redisCluster().moveSlots(MOVED_SLOTS),
                    cluster -> cluster.redisCluster().moveSlotsBack(cluster, MOVED_SLOTS))
                .reachable(),
            Fault.of(
                "cluster: a master frozen, its replica takes over",
                SHORT,
                cluster -> cluster.redisCluster().freezeMaster(),
                cluster -> cluster.redisCluster().thawMaster(cluster)),
            Fault.of(
                "cluster: a master cut off, its replica takes over",
                SHORT,
                cluster -> cluster.redisCluster().cutMasterOff(),
                cluster -> cluster.redisCluster().healMaster(cluster)),
            Fault.of(
                "cluster: all masters killed, back with their data",
                ofMillis(500),
                cluster -> cluster.redisCluster().killMasters(),
                cluster -> cluster.redisCluster().restartMasters()))
        .map(fault -> fault.after(Cluster::balanceToRedisCluster))
        .toList();
  }

  private static List<Fault> network() {
    return List.of(
        Fault.of("connections cut one by one", SHORT, Act.NOTHING, Act.NOTHING)
            .reachable()
            .during(cluster -> cluster.proxy().closeOne()),
        Fault.of("connections reset", SHORT, Act.NOTHING, Act.NOTHING)
            .reachable()
            .during(cluster -> cluster.proxy().resetAll()),
        Fault.of("connections half open", SHORT, cluster -> cluster.proxy().halveAll(), Act.NOTHING)
            .reachable(),
        Fault.of(
                "200 ms of latency",
                SHORT,
                cluster -> cluster.proxy().delay(100),
                cluster -> cluster.proxy().delay(0))
            .reachable(),
        Fault.of(
                "slow reads (20 KB/s)",
                SHORT,
                cluster -> cluster.proxy().trickle(400),
                cluster -> cluster.proxy().trickle(0))
            .reachable());
  }

  private static List<Fault> nodes() {
    return List.of(
        Fault.of(
                "a node killed (kill -9)",
                SHORT,
                cluster -> {
                  cluster.second().kill();
                  cluster.balance(List.of(cluster.first()));
                },
                cluster -> {
                  cluster.second().start();
                  cluster.balance(cluster.nodes());
                })
            .reachable(),
        Fault.of(
                "a node killed, restarted after 70 s",
                ofSeconds(70),
                cluster -> {
                  cluster.second().kill();
                  cluster.balance(List.of(cluster.first()));
                },
                cluster -> {
                  cluster.second().start();
                  cluster.balance(cluster.nodes());
                })
            .reachable(),
        Fault.of(
                "a node stopped (SIGTERM)",
                SHORT,
                cluster -> {
                  cluster.balance(List.of(cluster.first()));
                  cluster.second().terminate();
                },
                cluster -> {
                  cluster.second().awaitEnd(ofSeconds(30));
                  cluster.second().start();
                  cluster.balance(cluster.nodes());
                })
            .reachable(),
        Fault.of(
                "a node paused (SIGSTOP)",
                ofSeconds(3),
                cluster -> {
                  cluster.balance(List.of(cluster.first()));
                  Backend.signal(cluster.second().pid(), "STOP");
                },
                cluster -> {
                  Backend.signal(cluster.second().pid(), "CONT");
                  cluster.balance(cluster.nodes());
                })
            .reachable());
  }

  private static List<Fault> local() {
    return List.of(
        Fault.of(
                "a clock an hour ahead, then behind",
                SHORT,
                cluster -> cluster.local().setAhead(ofHours(1)),
                cluster -> cluster.local().setAhead(ofHours(-1)))
            .after(cluster -> cluster.local())
            .reachable(),
        Fault.of(
                "an event loop blocked for 3 s",
                ofSeconds(3),
                cluster -> cluster.local().block(ofSeconds(3)),
                Act.NOTHING)
            .after(cluster -> cluster.local().setAhead(Duration.ZERO))
            .reachable());
  }

  /** Returns the faults of a full disk, which need a separate file system. */
  private static List<Fault> disk() {
    return List.of(
        Fault.of(
            "the disk of Redis full",
            SHORT,
            cluster -> cluster.disk().fill(),
            cluster -> cluster.disk().empty()));
  }

  private static Act command(String... words) {
    return cluster -> cluster.redis().tell(words);
  }

  private static void killClients(Cluster cluster) {
    cluster.redis().tell("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    cluster.redis().tell("CLIENT", "KILL", "TYPE", "pubsub");
  }

  /** Runs a script that blocks Redis, without waiting for its end. */
  private static void runSlowScript(Cluster cluster) {
    String script =
        "local t = redis.call('TIME'); local e = t[1] + 4; "
            + "repeat t = redis.call('TIME') until tonumber(t[1]) >= e";
    CompletableFuture<?> run =
        CompletableFuture.runAsync(() -> cluster.redis().tell("EVAL", script, "0"));
    run.exceptionally(thrown -> null);
    Waiting.pass(ofMillis(50));
  }

  private static void delete(Path directory) throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(directory)) {
          Files.delete(file);
        }
      }
    }
  }
}
