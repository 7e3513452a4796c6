package io.aetherkeep.router.nodes;

import io.aetherkeep.router.realtime.Sockets;
import io.aetherkeep.router.stream.StreamFeeds;
import io.aetherkeep.router.watch.WatchHub;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Event loops of this node, each with the state that only it may read. */
public final class NodeLoops {

  private final List<Loop> all = new CopyOnWriteArrayList<>();

  /** An event loop. */
  public record Loop(Context context, Sockets sockets, WatchHub hub, StreamFeeds feeds) {}

  public void add(Loop loop) {
    all.add(loop);
  }

  /** Applies a reader to each loop, on that loop. */
  <T> Future<List<T>> read(Function<Loop, T> reader) {
    List<Future<T>> each =
        all.stream()
            .map(
                loop -> {
                  Promise<T> read = Promise.promise();
                  loop.context.runOnContext(here -> read.complete(reader.apply(loop)));
                  return read.future();
                })
            .toList();
    return Future.all(each).map(done -> done.list());
  }

  /** The approximate number of sockets, as loops may change it meanwhile. */
  int sockets() {
    return all.stream().mapToInt(loop -> loop.sockets.size()).sum();
  }
}
