package io.aetherkeep.router.watch;

import java.util.List;

/** Watcher of a topic: a socket, a stream of server-sent events, a long poll. */
public interface TopicWatcher {

  /**
   * It is watched from now on.
   *
   * @param recovered nothing is missing since the offset that was asked for
   * @param since what came after that offset, or the present value
   */
  void begun(boolean recovered, List<SharedFrame> since);

  void told(SharedFrame push);

  /** There is nothing to watch, or nothing any more. */
  void gone(Throwable why);

  /** Whether it takes more at the moment of a topic of which each change counts. */
  default boolean hasRoom() {
    return true;
  }

  /** Whether a part of such a topic is to be read for it now; {@link #hasRead} follows. */
  default boolean mayRead() {
    return hasRoom();
  }

  /** What was read for it is there, or could not be read. */
  default void hasRead() {}

  /** Nothing has happened for a while. */
  default void beat() {}

  /** This node stops. */
  default void closing() {}
}
