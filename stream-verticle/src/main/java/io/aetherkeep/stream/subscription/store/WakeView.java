package io.aetherkeep.stream.subscription.store;

import io.aetherkeep.catalogue.SubscriptionAsks.LinkType;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionConfig;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeStream;
import java.util.List;
import java.util.Map;

/** Content of a wake as stored; its id is empty if no wake is in progress. */
public record WakeView(
    SubscriptionConfig config,
    String root,
    long created,
    int failures,
    String wake,
    long generation,
    List<WakeLink> streams) {

  /** Stream in a wake. */
  public record WakeLink(String path, String acked, String tail, boolean explicit) {

    private WakeStream withTail(String now) {
      return new WakeStream(
          path, explicit ? LinkType.EXPLICIT : LinkType.GLOB, acked, now, hasMore(now));
    }

    /** Whether a tail is after the acked offset; never for an empty stream. */
    private boolean hasMore(String now) {
      // Offsets sort as text.
      return now.compareTo(acked) > 0 && !now.endsWith("_0000000000000000");
    }
  }

  /** The streams with their tails; for a deleted stream the last known tail. */
  public List<WakeStream> withTails(Map<String, StreamSource.Tail> tails) {
    return streams.stream()
        .map(
            link -> {
              StreamSource.Tail read = tails.get(link.path());
              return link.withTail(read == null ? link.tail() : read.offset());
            })
        .toList();
  }
}
