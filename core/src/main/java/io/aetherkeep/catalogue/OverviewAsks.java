package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.document.Document;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the health verticle answers to who runs the system: its nodes, and the last hour. */
public final class OverviewAsks {

  private OverviewAsks() {}

  /**
   * Reads what this node has sampled of a space, an hour back at most.
   *
   * @param after only what was sampled after this moment
   */
  public record ReadPast(String space, @Nullable String after) implements Ask<Past> {
    public ReadPast {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * The last hour of a space, as this node has seen it.
   *
   * @param everySeconds how far samples are apart
   * @param items the oldest first
   * @param failures the last statuses that ended in an error, the newest first
   */
  public record Past(String space, long everySeconds, List<Sample> items, List<Failed> failures) {
    public Past {
      items = List.copyOf(items);
      failures = List.copyOf(failures);
    }
  }

  /**
   * One moment; what could not be asked then is null.
   *
   * @param podcasts how many listened to each of the most heard
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

  /** How a provider did. */
  public record ProviderSample(double successRate, double avgLatency) {}

  /**
   * A status that ended in an error.
   *
   * @param document none where it is long
   */
  public record Failed(
      String kind, String id, int attempt, String at, @Nullable Document document) {}

  /** Asks which nodes there are, as far as this one hears them. */
  public record ReadNodes() implements Ask<Nodes> {}

  /** The nodes that were heard lately, this one first. */
  public record Nodes(List<Node> items) {
    public Nodes {
      items = List.copyOf(items);
    }
  }

  /**
   * A node.
   *
   * @param here whether it is the one that answers
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
      long heapMax) {
    public Node {
      spaces = List.copyOf(spaces);
    }
  }

  /** A node lives and serves a space; each says so every few seconds. */
  public record NodeSeen(String space, Node node) implements Event {}
}
