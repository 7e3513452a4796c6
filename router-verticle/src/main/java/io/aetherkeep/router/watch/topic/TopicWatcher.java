package io.aetherkeep.router.watch.topic;

import java.util.List;

/** Watcher of a topic: a socket, a stream of server-sent events, a long poll. */
public interface TopicWatcher {

  /**
   * The watch has begun.
   *
   * @param recovered whether no change is missing since the given offset
   * @param since the changes after that offset, or the present value
   */
  void begun(boolean recovered, List<SharedFrame> since);

  /**
   * Whether the watch may begin with a value that was read before; otherwise the topic is read
   * again first, because the watcher may know a newer value from another node.
   */
  default boolean accepts(SharedFrame remembered) {
    return true;
  }

  void receive(SharedFrame frame);

  /** The topic does not exist, or has ended. */
  void fail(Throwable reason);

  /** Whether the watcher can take another change now. */
  default boolean hasRoom() {
    return true;
  }

  /** Whether a part of a stream may be read for this watcher now; {@link #hasRead} follows. */
  default boolean mayRead() {
    return hasRoom();
  }

  /** The read has succeeded or failed. */
  default void hasRead() {}

  /** Called at the interval of heartbeats. */
  default void beat() {}

  /** The node stops. */
  default void closing() {}
}
