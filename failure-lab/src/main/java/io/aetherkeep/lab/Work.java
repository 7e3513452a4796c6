package io.aetherkeep.lab;

import java.util.List;

/**
 * What a client does time and again, with a memory of what it was promised.
 *
 * <p>One thread steps; when it has stopped, another asks what is lost.
 */
interface Work {

  void step();

  /**
   * What a node said was done and is not there; {@code kept} is false where Redis lost its data.
   */
  List<String> lost(boolean kept);

  /** What is there and must not be, such as a session after its end. */
  default List<String> revived() {
    return List.of();
  }
}
