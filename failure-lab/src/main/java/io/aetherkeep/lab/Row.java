package io.aetherkeep.lab;

import io.aetherkeep.lab.client.RequestCounts;
import io.aetherkeep.lab.cluster.Fault;
import java.util.List;
import java.util.stream.Stream;

/**
 * Result of a trial, as a row of the printed table.
 *
 * @param slowest the slowest answered request, in ms
 * @param lost what was confirmed and is gone
 * @param revived what had ended and is back
 * @param endless keys that have lost their expiry
 * @param streams how many event streams broke off
 * @param resumed how many sockets resumed where the one before ended
 * @param gaps how many gaps were reported to followers
 * @param down after how many ms a node was not ready; -1 for never
 * @param up how many ms after the fault's end all nodes were ready
 * @param whole how many ms after the fault's end every kind of write succeeded
 * @param notes answers that were wrong
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
      "| fault | requests | from Redis | from memory | buffered | 503 | 429 | broken | slowest |"
          + " lost | streams cut | resumed | gaps reported | not ready after | ready again |"
          + " recovered |\n"
          + "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

  @Override
  public String toString() {
    return "| %s | %d | %d | %d | %d | %d | %d | %d | %d ms | %d | %d | %d | %d | %s | %s | %s |"
        .formatted(
            fault.name(),
            tally.attemptCount(),
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

  /** Returns all complaints, in words. */
  List<String> complaints() {
    return Stream.of(lost, revived, endless, notes).flatMap(List::stream).toList();
  }
}
