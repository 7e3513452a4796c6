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
 * Real Redis Cluster of processes on loopback ports, from the same binary as {@link EmbeddedRedis}:
 * for tests and for trying failovers.
 *
 * <p>The masters come first, then the replicas of the first master, of the second, and so on. Each
 * node has its own data directory, so that a killed node can be restarted with its data.
 */
public final class EmbeddedCluster implements AutoCloseable {

  /** Number of slots, which the masters share in equal ranges, in their order. */
  public static final int SLOTS = 16384;

  private static final int ATTEMPTS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path directory;
  private final List<String> arguments;
  private final ServerArguments own;
  private final int masters;
  private final List<EmbeddedRedis> nodes = new ArrayList<>();

  private EmbeddedCluster(Options options) {
    this.directory = Launch.scratch();
    this.arguments = options.arguments();
    this.own = options.own();
    this.masters = options.masters();
  }

  /**
   * The defaults: three masters without replicas; a node that is down affects its own slots only.
   */
  public static Options options() {
    return new Options(3, 0, List.of(), (server, port) -> List.of());
  }

  /** Further arguments of a server, by its number and its port. */
  public interface ServerArguments {
    List<String> of(int server, int port);
  }

  /**
   * Options of a cluster.
   *
   * @param masters number of masters
   * @param replicas number of replicas of each master
   * @param arguments arguments of each redis-server, which override the built-in ones
   * @param own further arguments of single servers
   */
  public record Options(int masters, int replicas, List<String> arguments, ServerArguments own) {
    public Options {
      arguments = List.copyOf(arguments);
    }

    public Options withReplicas(int replicas) {
      return new Options(masters, replicas, arguments, own);
    }

    public Options withArguments(String... arguments) {
      return new Options(masters, replicas, List.of(arguments), own);
    }

    public Options withArgumentsOf(ServerArguments own) {
      return new Options(masters, replicas, arguments, own);
    }
  }

  /** Starts a cluster, and returns when all nodes know that all slots are served. */
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
        // Another process has taken the port since the check: try the next one.
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
            .withArguments(
                Stream.of(ours, arguments.stream(), own.of(node, port).stream())
                    .flatMap(words -> words)
                    .toArray(String[]::new)));
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

  /** Waits until all nodes run and know that all slots are served, and all replicas are in sync. */
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
            "the cluster was not complete within " + PATIENCE.toSeconds() + " s");
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** The number of nodes, masters and replicas. */
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

  /** The addresses of the nodes, each {@code 127.0.0.1:PORT}. */
  public List<String> addresses() {
    return nodes.stream().map(node -> "127.0.0.1:" + node.port()).toList();
  }

  /** Crashes a node, as {@code kill -9} does. */
  public void kill(int node) {
    nodes.get(node).kill();
  }

  /** Restarts a killed node, at its port and with its data. */
  public void restart(int node) {
    nodes.set(node, run(node, port(node)));
  }

  /** Kills all nodes and deletes their data; a second call does nothing. */
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
