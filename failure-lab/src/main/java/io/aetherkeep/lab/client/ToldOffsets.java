package io.aetherkeep.lab.client;

import java.util.ArrayList;
import java.util.List;

/** The places of a status's course that somebody was told of, in the order in which he was. */
final class ToldOffsets {

  private final List<Told> told = new ArrayList<>();

  /** A place, and whether it was said that something before it is missing. */
  private record Told(String offset, boolean gap) {}

  synchronized void add(String offset, boolean gap) {
    told.add(new Told(offset, gap));
  }

  /** What was promised and not told, and not told to be missing either. */
  synchronized List<String> missed(List<String> promised) {
    List<String> missed = new ArrayList<>();
    for (String offset : promised) {
      if (told.stream().noneMatch(each -> each.offset.equals(offset)) && !isInGap(offset)) {
        missed.add("change " + offset + " was missed in silence");
      }
    }
    return missed;
  }

  /** Before the first that he was told he was not there; a gap is told with what comes after it. */
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
