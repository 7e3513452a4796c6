package io.aetherkeep.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A real Redis Cluster of processes on loopback ports, out of the same binary as {@link
 * EmbeddedRedis}: for tests, and for who tries what a failover does.
 *
 * <p>The masters come first, then the replicas of the first master, of the second, and so on. Each
 * node keeps its data in a directory of its own, so that one which was killed can be started again.
 */
public final class EmbeddedCluster implements AutoCloseable {

  private static final int SLOTS = 16384;
  private static final int ATTEMPTS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path directory;
  private final List<String> arguments;
  private final int masters;
  private final List<EmbeddedRedis> nodes = new ArrayList<>();

  private EmbeddedCluster(Options options) {
    this.directory = Launch.scratch();
    this.arguments = options.arguments();
    this.masters = options.masters();
  }

  /** Three masters, no replicas, and a node that is down takes its own slots only. */
  public static Options options() {
    return new Options(3, 0, List.of());
  }

  /**
   * What can be chosen about a cluster.
   *
   * @param masters how many there are
   * @param replicas how many each of them has
   * @param arguments passed to each redis-server after our own, so that they win
   */
  public record Options(int masters, int replicas, List<String> arguments) {
    public Options {
      arguments = List.copyOf(arguments);
    }

    public Options withReplicas(int replicas) {
      return new Options(masters, replicas, arguments);
    }

    public Options withArguments(String... arguments) {
      return new Options(masters, replicas, List.of(arguments));
    }
  }

  /** Starts a cluster, and returns once all its nodes know that all slots are served. */
  public static EmbeddedCluster start(Options options) throws EmbeddedRedisException {
    EmbeddedCluster cluster = new EmbeddedCluster(options);
    try {
      int size = options.masters() * (1 + options.replicas());
      for (int node = 0; node < size; node++) {
        cluster.nodes.add(cluster.onAFreePort(node));
      }
      cluster.join(options.replicas());
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private EmbeddedRedis onAFreePort(int node) {
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      try {
        return run(node, ClusterPort.free());
      } catch (EmbeddedRedisException.PortTaken e) {
        // Another process was given the port after we had looked: look again.
      }
    }
    return run(node, ClusterPort.free());
  }

  private EmbeddedRedis run(int node, int port) {
    Stream<String> ours =
        Stream.of(
            "--cluster-enabled",
            "yes",
            "--cluster-node-timeout",
            "2000",
            "--cluster-require-full-coverage",
            "no",
            "--cluster-replica-validity-factor",
            "0",
            "--repl-diskless-sync-delay",
            "0");
    return EmbeddedRedis.start(
        EmbeddedRedis.options()
            .withDataDirectory(directory.resolve("node-" + node))
            .withPort(port)
            .withArguments(Stream.concat(ours, arguments.stream()).toArray(String[]::new)));
  }

  private void join(int replicas) {
    for (int i = 0; i < masters; i++) {
      int first = SLOTS * i / masters;
      int last = SLOTS * (i + 1) / masters - 1;
      tell(i, "CLUSTER ADDSLOTSRANGE " + first + " " + last);
    }
    for (int i = 0; i < nodes.size(); i++) {
      tell(i, "CLUSTER SET-CONFIG-EPOCH " + (i + 1));
    }
    for (int i = 1; i < nodes.size(); i++) {
      tell(i, "CLUSTER MEET 127.0.0.1 " + port(0));
    }
    await(() -> all(i -> info(i).contains("cluster_known_nodes:" + nodes.size())));
    for (int i = masters; i < nodes.size(); i++) {
      tell(i, "CLUSTER REPLICATE " + tell((i - masters) / replicas, "CLUSTER MYID"));
    }
    awaitWhole();
  }

  /** Waits until all nodes run, know that all slots are served, and replicas have their data. */
  public void awaitWhole() {
    await(
        () ->
            all(
                i ->
                    info(i).contains("cluster_state:ok")
                        && !tell(i, "INFO replication").contains("master_link_status:down")));
  }

  private boolean all(IntPredicate holds) {
    return IntStream.range(0, nodes.size()).allMatch(holds);
  }

  private String info(int node) {
    return tell(node, "CLUSTER INFO");
  }

  private String tell(int node, String command) {
    return InlineCommand.send(port(node), command);
  }

  private static void await(BooleanSupplier holds) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new EmbeddedRedisException(
            "the cluster is not whole within " + PATIENCE.toSeconds() + " s");
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** How many nodes there are, masters and replicas. */
  public int size() {
    return nodes.size();
  }

  public int port(int node) {
    return nodes.get(node).port();
  }

  /** The process id of a node. */
  public long pid(int node) {
    return nodes.get(node).pid();
  }

  /** Where the nodes are, each {@code 127.0.0.1:PORT}. */
  public List<String> addresses() {
    return nodes.stream().map(node -> "127.0.0.1:" + node.port()).toList();
  }

  /** Crashes a node, as {@code kill -9} does. */
  public void kill(int node) {
    nodes.get(node).kill();
  }

  /** Starts a node again that was killed, at its port and with its data. */
  public void restart(int node) {
    nodes.set(node, run(node, port(node)));
  }

  /** Ends all nodes; does nothing a second time. */
  @Override
  public void close() {
    nodes.forEach(EmbeddedRedis::kill);
    try (Stream<Path> files = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
      files.sorted(Comparator.reverseOrder()).forEach(EmbeddedCluster::delete);
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot delete " + directory, e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot delete " + file, e);
    }
  }
}
