package io.aetherkeep.launcher.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts of one pass over the keys of the source. */
final class MigrationCounts {

  private static final int MOST_NAMES = 20;

  private final Map<String, Long> keys = new TreeMap<>();
  private final Map<String, Long> bytes = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private long scanned;
  private long skipped;
  private long changed;
  private long failed;

  void scanned(int more) {
    scanned += more;
  }

  long scanned() {
    return scanned;
  }

  /** Notes a key that is not copied. */
  void skip() {
    skipped++;
  }

  long skipped() {
    return skipped;
  }

  void found(String beginning, long size) {
    keys.merge(beginning, 1L, Long::sum);
    bytes.merge(beginning, Math.max(0, size), Long::sum);
  }

  /** Keys by what they begin with. */
  Map<String, Long> keys() {
    return keys;
  }

  Map<String, Long> bytes() {
    return bytes;
  }

  long total() {
    return keys.values().stream().mapToLong(Long::longValue).sum();
  }

  void changed(int more) {
    changed += more;
  }

  /** How many keys were not, or not the same, in the target. */
  long changed() {
    return changed;
  }

  void failed(MovedKey key, String why) {
    failed++;
    if (problems.size() < MOST_NAMES) {
      problems.add(key + ": " + why);
    }
  }

  long failed() {
    return failed;
  }

  /** Keys that could not be copied, the first of them, with the reason. */
  List<String> problems() {
    return problems;
  }
}
