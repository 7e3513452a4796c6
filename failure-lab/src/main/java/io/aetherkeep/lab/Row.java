package io.aetherkeep.lab;

import io.aetherkeep.lab.client.RequestCounts;
import io.aetherkeep.lab.cluster.Fault;
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
    RequestCounts tally,
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
            tally.of(RequestCounts.Fate.REDIS) + tally.of(RequestCounts.Fate.REFUSED),
            tally.of(RequestCounts.Fate.NEAR) + tally.of(RequestCounts.Fate.MEMORY),
            tally.of(RequestCounts.Fate.KEPT),
            tally.of(RequestCounts.Fate.UNAVAILABLE),
            tally.of(RequestCounts.Fate.OVERLOADED),
            tally.of(RequestCounts.Fate.BROKEN),
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
