package io.aetherkeep.catalogue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Signal;
import io.aetherkeep.document.Octets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and signals of nodes that follow a stream for their clients. */
public final class StreamFollowAsks {

  private StreamFollowAsks() {}

  /**
   * Subscribes this node to a stream: {@link StreamHeard} announces each append, until each ask is
   * ended by an {@link UnfollowStream}. {@link StreamFollowed} announces that the subscription is
   * complete.
   */
  public record FollowStream(String space, String path) implements Ask<FollowedStream> {
    public FollowStream {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(path, "path");
    }
  }

  /** Ends one {@link FollowStream}. */
  public record UnfollowStream(String space, String path) implements Ask<FollowedStream> {
    public UnfollowStream {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(path, "path");
    }
  }

  /** Whether this node still follows a stream. */
  public record FollowedStream(boolean followed) {}

  /**
   * A followed stream changed, on this or another node.
   *
   * @param data the appended data; null if it must be read
   */
  public record StreamHeard(
      String space,
      String path,
      String from,
      String next,
      @Nullable Octets data,
      boolean closed,
      boolean deleted,
      @Nullable String stopped,
      @Nullable Boolean abandoned)
      implements Signal {}

  /** From now on this node receives every append to a stream; it may have missed earlier ones. */
  public record StreamFollowed(String space, String path) implements Signal {}
}
