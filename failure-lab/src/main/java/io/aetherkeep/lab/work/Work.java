package io.aetherkeep.lab.work;

import java.time.Duration;
import java.util.List;

/**
 * What a client does time and again, with a memory of what it was promised.
 *
 * <p>One thread steps; when it has stopped, another asks what is lost.
 */
public interface Work {

  void step();

  /** How long it does nothing between two steps. */
  default Duration pause() {
    return Duration.ofMillis(15);
  }

  /**
   * What a node said was done and is not there; {@code kept} is false where Redis lost its data.
   */
  List<String> lost(boolean kept);

  /** What is there and must not be, such as a session after its end. */
  default List<String> revived() {
    return List.of();
  }

  /** Whether what it was promised ends by the clock, so that little is left where that jumps. */
  default boolean isTimed() {
    return false;
  }

  /** How often what it followed broke off. */
  default int breaks() {
    return 0;
  }

  /** How often a follower of every change went on where he was. */
  default int resumed() {
    return 0;
  }

  /** How often one was told that changes are missing. */
  default int gaps() {
    return 0;
  }

  /** Takes away what it made, and follows nothing more. */
  default void leave() {}
}
