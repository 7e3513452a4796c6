package io.aetherkeep.router.nodes;

import io.aetherkeep.catalogue.NodeAsks.HeldCopy;
import io.aetherkeep.router.realtime.SocketView;
import java.util.List;
import java.util.Map;

/** Answers of a node about itself. */
public final class NodeStates {

  private NodeStates() {}

  /**
   * Sockets of a node.
   *
   * @param total number of matching sockets, of which only some may be listed
   */
  public record NodeSockets(List<SocketView> items, int total) {
    public NodeSockets {
      items = List.copyOf(items);
    }
  }

  /**
   * A configuration on a node.
   *
   * @param held its copy in memory
   * @param delivered versions that its watchers received last: one, except while it changes
   */
  public record NodeConfig(HeldCopy held, int watchers, List<String> delivered) {
    public NodeConfig {
      delivered = List.copyOf(delivered);
    }
  }

  /** Followers of streams on a node, by path. */
  public record NodeFollowers(Map<String, Integer> paths) {
    public NodeFollowers {
      paths = Map.copyOf(paths);
    }
  }
}
