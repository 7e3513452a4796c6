package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.DirectedEvent;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Signal;
import io.aetherkeep.document.Document;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Questions that each node of a space answers about itself, and the state that nodes share. */
public final class NodeAsks {

  private NodeAsks() {}

  /** Subject of a question to a node. */
  public enum Question {
    /** Its sockets. */
    SOCKETS,
    /** Its copy and its watchers of a configuration. */
    CONFIG,
    /** Its copy of a cache entry. */
    COPY,
    /** Its followers of some streams. */
    FOLLOWERS
  }

  /**
   * A question to all nodes that serve a space.
   *
   * @param request id of the question
   * @param from node that asks
   * @param about what the question is about, such as ids or paths
   */
  public record NodesAsked(
      String space, String request, String from, Question question, List<String> about)
      implements Event {
    public NodesAsked {
      about = List.copyOf(about);
    }
  }

  /**
   * Answer of a node to the node that asks.
   *
   * @param node node that answers
   * @param answer null if the node could not determine it
   */
  public record NodeAnswered(
      String space, String request, String to, String node, @Nullable Document answer)
      implements DirectedEvent {}

  /** Reads this node's copy of a cache entry, without loading it. */
  public record ReadCopy(String space, String keyspace, List<String> ids) implements Ask<HeldCopy> {
    public ReadCopy {
      Objects.requireNonNull(space, "space");
      ids = List.copyOf(ids);
    }
  }

  /** Reads this node's copy of a configuration, without loading it. */
  public record ReadConfigCopy(String space, String name) implements Ask<HeldCopy> {
    public ReadConfigCopy {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * A copy in the memory of a node.
   *
   * @param version its entity tag; null if the node holds no copy
   * @param fresh whether it is served without asking Redis
   * @param ttlSeconds remaining lifetime of the entry; null if it has none
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record HeldCopy(
      @Nullable String version,
      boolean fresh,
      long ageSeconds,
      @Nullable Long ttlSeconds,
      int bytes) {

    /** Answer of a node that holds no copy. */
    public static final HeldCopy NONE = new HeldCopy(null, false, 0, null, 0);
  }

  /** Load that the router of this node has measured, for the heartbeat. */
  public record LoadMeasured(NodeLoad load) implements Signal {}

  /**
   * Load of a node.
   *
   * @param requestsPerSecond average since the heartbeat before
   * @param shed requests that were refused since the start because the node or a space was
   *     overloaded
   * @param connections open connections of all listeners
   */
  public record NodeLoad(double requestsPerSecond, long shed, int connections, int sockets) {}
}
