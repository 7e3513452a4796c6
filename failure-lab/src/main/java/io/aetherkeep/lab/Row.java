package io.aetherkeep.lab;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a fault came to.
 *
 * @param slowest of all requests that were answered, in ms
 * @param lost what was promised and is gone
 * @param revived what was over and is back
 * @param endless keys that have lost their end
 * @param streams how many streams of events broke off
 * @param resumed how many sockets went on where the one before them was
 * @param gaps how many were told that changes are missing
 * @param down after how many ms a node was not ready; -1 for never
 * @param up after how many ms of its end all were ready
 * @param whole after how many ms of its end every sort of write went through again
 * @param notes what should not have been answered
 */
record Row(
    Fault fault,
    Tally tally,
    long slowest,
    List<String> lost,
    List<String> revived,
    List<String> endless,
    int streams,
    int resumed,
    int gaps,
    long down,
    long up,
    long whole,
    List<String> notes) {

  static final String HEAD =
      "| fault | requests | from Redis | from memory | kept | 503 | 429 | broken | slowest | lost |"
          + " streams cut | resumed | gaps told | not ready after | ready again | whole again |\n"
          + "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

  @Override
  public String toString() {
    return "| %s | %d | %d | %d | %d | %d | %d | %d | %d ms | %d | %d | %d | %d | %s | %s | %s |"
        .formatted(
            fault.name(),
            tally.tried(),
            tally.of(Tally.Fate.REDIS) + tally.of(Tally.Fate.REFUSED),
            tally.of(Tally.Fate.NEAR) + tally.of(Tally.Fate.MEMORY),
            tally.of(Tally.Fate.KEPT),
            tally.of(Tally.Fate.UNAVAILABLE),
            tally.of(Tally.Fate.OVERLOADED),
            tally.of(Tally.Fate.BROKEN),
            slowest,
            lost.size() + revived.size() + endless.size(),
            streams,
            resumed,
            gaps,
            time(down),
            time(up),
            time(whole));
  }

  private static String time(long millis) {
    return millis < 0 ? "–" : millis + " ms";
  }

  /** All that speaks against us, in words. */
  List<String> complaints() {
    return Stream.of(lost, revived, endless, notes).flatMap(List::stream).toList();
  }
}
