package io.aetherkeep.lab.work;

import java.time.Duration;
import java.util.List;

/**
 * Repeated work of a client, with a record of what the server confirmed.
 *
 * <p>One thread calls {@link #step}; after it has stopped, another checks what was lost.
 */
public interface Work {

  void step();

  /** Returns the pause between two steps. */
  default Duration pause() {
    return Duration.ofMillis(15);
  }

  /** Returns what was confirmed and is gone; {@code kept} is false if Redis lost its data. */
  List<String> lost(boolean kept);

  /** Returns what must not exist any more, such as an ended session. */
  default List<String> revived() {
    return List.of();
  }

  /** Whether its data expire by the clock, so that little is left after a jump. */
  default boolean isTimed() {
    return false;
  }

  /** Returns how often a followed stream or socket broke off. */
  default int breaks() {
    return 0;
  }

  /** Returns how often a follower resumed without a gap. */
  default int resumed() {
    return 0;
  }

  /** Returns how often a gap was reported. */
  default int gaps() {
    return 0;
  }

  /** Removes its data and stops its followers. */
  default void leave() {}
}
