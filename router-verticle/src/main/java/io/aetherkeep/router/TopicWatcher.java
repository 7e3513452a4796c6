package io.aetherkeep.router;

import java.util.List;

/** Somebody who watches a topic. */
interface TopicWatcher {

  /**
   * It is watched from now on.
   *
   * @param recovered nothing is missing since the offset that was asked for
   * @param since what came after that offset, or the present value
   */
  void begun(boolean recovered, List<Push> since);

  void told(Push push);

  /** There is nothing to watch, or nothing any more. */
  void gone(Throwable why);

  /** Whether it takes more at the moment of a topic of which each change counts. */
  default boolean hasRoom() {
    return true;
  }

  /** Nothing has happened for a while. */
  default void beat() {}

  /** This node stops. */
  default void closing() {}
}
