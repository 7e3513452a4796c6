package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.NodeAsks.NodeLoad;
import io.aetherkeep.document.Document;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events for operators, served by the health verticle: nodes, and the last hour. */
public final class OverviewAsks {

  private OverviewAsks() {}

  /**
   * Reads this node's samples of a space, at most an hour old.
   *
   * @param after only samples after this time
   */
  public record ReadPast(String space, @Nullable String after) implements Ask<Past> {
    public ReadPast {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * Samples of a space in the last hour, taken by this node.
   *
   * @param everySeconds interval between samples
   * @param items oldest first
   * @param failures latest statuses that ended in an error, newest first
   */
  public record Past(String space, long everySeconds, List<Sample> items, List<Failed> failures) {
    public Past {
      items = List.copyOf(items);
      failures = List.copyOf(failures);
    }
  }

  /**
   * One sample; a value that could not be read then is null.
   *
   * @param podcasts listeners of each of the most heard podcasts
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Sample(
      String at,
      @Nullable Long sessions,
      @Nullable Long listeners,
      Map<String, Long> podcasts,
      Map<String, ProviderSample> providers,
      @Nullable Double redisMillis) {
    public Sample {
      podcasts = Map.copyOf(podcasts);
      providers = Map.copyOf(providers);
    }
  }

  /** Measurements of a provider. */
  public record ProviderSample(double successRate, double avgLatency) {}

  /**
   * A status that ended in an error.
   *
   * @param document null if it is long
   */
  public record Failed(
      String kind, String id, int attempt, String at, @Nullable Document document) {}

  /** Lists the nodes that this one receives heartbeats from. */
  public record ReadNodes() implements Ask<Nodes> {}

  /** The live nodes, this one first. */
  public record Nodes(List<Node> items) {
    public Nodes {
      items = List.copyOf(items);
    }
  }

  /**
   * A node.
   *
   * @param here whether it is the answering node
   * @param cpu processors in use by the process, since the heartbeat before; null at the first
   * @param load null if the node serves no clients
   */
  public record Node(
      String id,
      boolean here,
      String host,
      long process,
      @Nullable String version,
      String startedAt,
      String seenAt,
      List<String> spaces,
      int processors,
      long heapUsed,
      long heapMax,
      @Nullable Double cpu,
      @Nullable NodeLoad load) {
    public Node {
      spaces = List.copyOf(spaces);
    }
  }

  /**
   * A key in Redis.
   *
   * @param bytes size in memory; null if the Redis user may not ask for it
   * @param ttlSeconds remaining lifetime; null if it has none
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record RedisKey(
      String key, String type, @Nullable Long bytes, @Nullable Long ttlSeconds) {}

  /** Heartbeat of a node that serves a space, sent every few seconds. */
  public record NodeSeen(String space, Node node) implements Event {}
}
