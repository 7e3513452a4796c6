package io.aetherkeep.router.realtime;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Directory of the sockets on all event loops of a node, for operators. */
public final class SocketDirectory {

  private final List<Sockets> loops = new CopyOnWriteArrayList<>();

  /**
   * A socket.
   *
   * @param session its session; null for an observer
   * @param by the name of its credential
   * @param topics the topics that it watches
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
      int queuedFrames,
      int queuedBytes,
      int lastFrameBytes,
      long idleSeconds) {
    public SocketView {
      topics = List.copyOf(topics);
    }
  }

  void add(Sockets loop) {
    loops.add(loop);
  }

  /**
   * Lists the sockets of a space, each described on its own event loop.
   *
   * @param session only those of this session; null for all
   * @param most limit of the list
   */
  public Future<List<SocketView>> list(String space, @Nullable String session, int most) {
    List<Future<List<SocketView>>> all =
        loops.stream().map(loop -> loop.views(space, session, most)).toList();
    return Future.all(all)
        .map(
            done ->
                all.stream()
                    .flatMap(views -> views.result().stream())
                    .sorted(Comparator.comparing(SocketView::connection))
                    .limit(most)
                    .toList());
  }
}
