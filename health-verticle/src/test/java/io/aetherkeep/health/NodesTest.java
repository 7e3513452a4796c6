package io.aetherkeep.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.NodeAsks.LoadMeasured;
import io.aetherkeep.catalogue.NodeAsks.NodeLoad;
import io.aetherkeep.catalogue.OverviewAsks.Node;
import io.aetherkeep.catalogue.OverviewAsks.NodeSeen;
import io.aetherkeep.catalogue.OverviewAsks.ReadNodes;
import io.aetherkeep.health.node.Nodes;
import io.aetherkeep.testing.AdjustableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes are listed while they report themselves. */
class NodesTest {

  private final AdjustableClock clock = new AdjustableClock(Instant.parse("2026-11-21T04:01:45Z"));
  private final Nodes nodes = new Nodes("n1", List.of("council"), clock);

  private List<Node> read() {
    return nodes.read(new ReadNodes()).result().items();
  }

  private Node other(String seenAt) {
    return new Node(
        "n2",
        true,
        "web-2",
        1,
        null,
        clock.instant().toString(),
        seenAt,
        List.of("council"),
        2,
        1,
        2,
        0.5,
        new NodeLoad(3, 1, 2, 1));
  }

  @Test
  void node_listsItselfFirst() {
    nodes.onNodeSeen(new NodeSeen("council", other(clock.instant().toString())));
    assertEquals(List.of("n1", "n2"), read().stream().map(Node::id).toList());
    assertTrue(read().get(0).here());
    assertFalse(read().get(1).here());
    nodes.onNodeSeen(new NodeSeen("council", read().get(0)));
    assertEquals(2, read().size());
  }

  @Test
  void eachNode_showsItsLoad() {
    nodes.onNodeSeen(new NodeSeen("council", other(clock.instant().toString())));
    assertNull(read().get(0).load());
    nodes.onLoad(new LoadMeasured(new NodeLoad(8.5, 0, 3, 2)));
    assertEquals(new NodeLoad(8.5, 0, 3, 2), read().get(0).load());
    assertEquals(new NodeLoad(3, 1, 2, 1), read().get(1).load());
  }

  /** The clock of the other node does not matter. */
  @Test
  void silentNode_isLeftOut() {
    nodes.onNodeSeen(new NodeSeen("council", other("2000-01-01T00:00:00Z")));
    clock.move(Duration.ofSeconds(15));
    assertEquals(2, read().size());
    clock.move(Duration.ofSeconds(2));
    assertEquals(1, read().size());
  }
}
