package io.aetherkeep.router.watch.topic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Topic with watchers on this event loop; all its watchers share one instance. */
public interface WatchedTopic {

  TopicName name();

  /**
   * Adds a watcher.
   *
   * @param after the offset of the last value that it knows; null to begin with the present one
   */
  void join(TopicWatcher watcher, @Nullable String after);

  void leave(TopicWatcher watcher);

  /** Continues with a watcher that had no room. */
  default void resume(TopicWatcher watcher) {}

  /** Reads the topic again, because other services write without an event. */
  void poll();

  /** Returns all watchers, also those that have not begun yet. */
  List<TopicWatcher> watchers();

  /** The offset of the value that its watchers know; null if there is none. */
  default @Nullable String offset() {
    return null;
  }

  /** Whether no more changes will come. */
  default boolean isEnded() {
    return false;
  }
}
