package io.aetherkeep.router.realtime;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A socket, as operators see it.
 *
 * @param session its session; null for an observer
 * @param by the name of its credential
 * @param topics the topics that it watches, in a list only the first ones
 * @param topicCount the number of topics that it watches
 * @param queuedFrames frames that wait because the peer reads slowly
 * @param lastFrameBytes size of the last frame that was sent or queued
 * @param idleSeconds time since the peer was last heard
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SocketView(
    String connection,
    @Nullable String session,
    String by,
    String state,
    List<String> topics,
    int topicCount,
    int queuedFrames,
    int queuedBytes,
    int lastFrameBytes,
    long idleSeconds) {
  public SocketView {
    topics = List.copyOf(topics);
  }

  /**
   * Sockets of an event loop.
   *
   * @param total number of the matching sockets, of which {@code items} may hold only some
   */
  public record SocketViews(List<SocketView> items, int total) {
    public SocketViews {
      items = List.copyOf(items);
    }
  }
}
