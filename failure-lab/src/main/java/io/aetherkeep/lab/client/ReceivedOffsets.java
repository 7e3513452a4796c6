package io.aetherkeep.lab.client;

import java.util.ArrayList;
import java.util.List;

/** Offsets of a status that one follower received, in order. */
final class ReceivedOffsets {

  private final List<Received> received = new ArrayList<>();

  /** Received offset, and whether a gap was reported before it. */
  private record Received(String offset, boolean gap) {}

  synchronized void add(String offset, boolean gap) {
    received.add(new Received(offset, gap));
  }

  /** Returns the confirmed offsets that are neither received nor in a reported gap. */
  synchronized List<String> missed(List<String> promised) {
    List<String> missed = new ArrayList<>();
    for (String offset : promised) {
      if (received.stream().noneMatch(each -> each.offset.equals(offset)) && !isInGap(offset)) {
        missed.add("change " + offset + " was missed in silence");
      }
    }
    return missed;
  }

  /**
   * Whether an offset is before the first received one, or in a gap, which the next value reports.
   */
  private boolean isInGap(String offset) {
    for (int i = 0; i < received.size(); i++) {
      if (compare(received.get(i).offset, offset) > 0) {
        return i == 0 || received.get(i).gap;
      }
    }
    return false;
  }

  private static int compare(String one, String other) {
    String[] left = one.split("-", -1);
    String[] right = other.split("-", -1);
    int byTime = Long.compare(Long.parseLong(left[0]), Long.parseLong(right[0]));
    return byTime != 0 ? byTime : Long.compare(Long.parseLong(left[1]), Long.parseLong(right[1]));
  }
}
