package io.aetherkeep.router.watch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Topic that is watched on this event loop: one however many watchers it has. */
interface WatchedTopic {

  TopicName name();

  /**
   * Begins to tell a watcher.
   *
   * @param after the offset of the last value that it knows; none for the present one first
   */
  void join(TopicWatcher watcher, @Nullable String after);

  void leave(TopicWatcher watcher);

  /** Reads what may have changed unheard: other services write without an event. */
  void look();

  /** All watchers, with those that have not begun yet. */
  List<TopicWatcher> watchers();

  /** Whether no change will come any more. */
  default boolean isOver() {
    return false;
  }
}
