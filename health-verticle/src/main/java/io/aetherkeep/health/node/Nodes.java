package io.aetherkeep.health.node;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.NodeAsks.LoadMeasured;
import io.aetherkeep.catalogue.NodeAsks.NodeLoad;
import io.aetherkeep.catalogue.OverviewAsks;
import io.aetherkeep.catalogue.OverviewAsks.Node;
import io.aetherkeep.catalogue.OverviewAsks.NodeSeen;
import io.aetherkeep.catalogue.OverviewAsks.ReadNodes;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Registry of the nodes that share a Redis with this one, from their announcements. */
public final class Nodes {

  public static final Duration EVERY = Duration.ofSeconds(5);

  /** Two announcements may be lost. */
  private static final Duration PATIENCE = Duration.ofSeconds(16);

  private static final int MOST = 500;

  /** Resolved once: DNS may be slow. */
  private static final String HOST = host();

  private final String id;
  private final List<String> spaces;
  private final InstantSource clock;
  private final Instant started;
  private final Map<String, Node> known = new ConcurrentHashMap<>();
  private final ProcessorUse processors = new ProcessorUse();
  private volatile @Nullable NodeLoad load;

  public Nodes(String id, List<String> spaces, InstantSource clock) {
    this.id = id;
    this.spaces = List.copyOf(spaces);
    this.clock = clock;
    this.started = clock.instant();
  }

  /** Announces this node to its peers. */
  public void announce(Bus bus) {
    processors.measure();
    Node self = self();
    spaces.forEach(space -> bus.publish(new NodeSeen(space, self)));
  }

  public void onNodeSeen(NodeSeen event) {
    Node node = event.node();
    Instant now = clock.instant();
    known.values().removeIf(other -> isGone(other, now));
    if (!node.id().equals(id) && known.size() < MOST) {
      known.put(node.id(), at(node, now));
    }
  }

  /** Keeps the load that this node's router measured, for the next announcement. */
  public void onLoad(LoadMeasured measured) {
    load = measured.load();
  }

  public Future<OverviewAsks.Nodes> read(ReadNodes ask) {
    Instant now = clock.instant();
    known.values().removeIf(other -> isGone(other, now));
    List<Node> others =
        known.values().stream().sorted(Comparator.comparing(Node::startedAt)).toList();
    List<Node> all = new ArrayList<>(others);
    all.add(0, self());
    return Future.succeededFuture(new OverviewAsks.Nodes(all));
  }

  private static boolean isGone(Node node, Instant now) {
    return Instant.parse(node.seenAt()).isBefore(now.minus(PATIENCE));
  }

  /** Returns the node as seen now by this node's clock; other clocks may differ. */
  private static Node at(Node node, Instant now) {
    return new Node(
        node.id(),
        false,
        node.host(),
        node.process(),
        node.version(),
        node.startedAt(),
        now.toString(),
        node.spaces(),
        node.processors(),
        node.heapUsed(),
        node.heapMax(),
        node.cpu(),
        node.load());
  }

  private Node self() {
    Runtime runtime = Runtime.getRuntime();
    return new Node(
        id,
        true,
        HOST,
        ProcessHandle.current().pid(),
        Nodes.class.getPackage().getImplementationVersion(),
        started.toString(),
        clock.instant().toString(),
        spaces,
        runtime.availableProcessors(),
        runtime.totalMemory() - runtime.freeMemory(),
        runtime.maxMemory(),
        processors.last(),
        load);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
