package io.aetherkeep.lab.client;

import java.util.ArrayList;
import java.util.List;

/** Offsets of a status that one follower received, in order. */
final class ToldOffsets {

  private final List<Told> told = new ArrayList<>();

  /** Received offset, and whether a gap was reported before it. */
  private record Told(String offset, boolean gap) {}

  synchronized void add(String offset, boolean gap) {
    told.add(new Told(offset, gap));
  }

  /** Returns the confirmed offsets that are neither received nor in a reported gap. */
  synchronized List<String> missed(List<String> promised) {
    List<String> missed = new ArrayList<>();
    for (String offset : promised) {
      if (told.stream().noneMatch(each -> each.offset.equals(offset)) && !isInGap(offset)) {
        missed.add("change " + offset + " was missed in silence");
      }
    }
    return missed;
  }

  /**
   * Whether an offset is before the first received one, or in a gap, which the next value reports.
   */
  private boolean isInGap(String offset) {
    for (int i = 0; i < told.size(); i++) {
      if (compare(told.get(i).offset, offset) > 0) {
        return i == 0 || told.get(i).gap;
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
