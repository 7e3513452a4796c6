package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks about a space's streams: lists and counters. */
public final class StreamListAsks {

  private StreamListAsks() {}

  /**
   * Lists the streams of a space in Redis, in pages.
   *
   * @param prefix only paths that begin with it; null for all
   * @param open only streams that are not closed
   * @param limit approximate size of a page
   */
  public record ListStreams(
      String space,
      @Nullable String prefix,
      boolean open,
      @Nullable String cursor,
      @Nullable Integer limit)
      implements Ask<StreamList> {
    public ListStreams {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * A page of streams.
   *
   * @param next cursor of the next page; null on the last
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record StreamList(List<StreamInfo> items, @Nullable String next) {
    public StreamList {
      items = List.copyOf(items);
    }
  }

  /** Reads this node's stream counters of a space, since it started. */
  public record ReadStreamStats(String space) implements Ask<StreamStats> {
    public ReadStreamStats {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * This node's stream counters of a space.
   *
   * @param appends appends that were stored
   * @param repeated duplicates of idempotent producers
   * @param bytes size of all appends
   * @param closed closed streams by cause: {@code producer}, {@code stopped} or {@code abandoned}
   * @param refused rejected appends by failure
   * @param followed streams that this node follows
   * @param paths some of these, in order
   * @param subscriptions subscriptions of the space
   * @param wakes of subscriptions, by their result
   */
  public record StreamStats(
      String space,
      long appends,
      long repeated,
      long bytes,
      Map<String, Long> closed,
      Map<String, Long> refused,
      int followed,
      List<String> paths,
      int subscriptions,
      Map<String, Long> wakes) {

    public StreamStats {
      wakes = Map.copyOf(wakes);
      closed = Map.copyOf(closed);
      refused = Map.copyOf(refused);
      paths = List.copyOf(paths);
    }
  }
}
