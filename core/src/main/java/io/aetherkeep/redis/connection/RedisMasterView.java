package io.aetherkeep.redis.connection;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Master of a cluster as this node sees it.
 *
 * @param slots number of slots that it serves
 * @param ranges its slots, such as {@code 0-5460}
 * @param unavailableReason why commands to it fail unsent; null if they do not
 */
public record RedisMasterView(
    String address, int slots, List<String> ranges, @Nullable String unavailableReason) {
  public RedisMasterView {
    ranges = List.copyOf(ranges);
  }
}
