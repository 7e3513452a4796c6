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
  private long changed;
  private long failed;

  /** Adds the counts of a page. */
  void add(MigrationCounts page) {
    page.keys.forEach((beginning, number) -> keys.merge(beginning, number, Long::sum));
    page.bytes.forEach((beginning, size) -> bytes.merge(beginning, size, Long::sum));
    page.problems.stream().limit(MOST_NAMES - problems.size()).forEach(problems::add);
    changed += page.changed;
    failed += page.failed;
  }

  void scanned(int more) {
    scanned += more;
  }

  long scanned() {
    return scanned;
  }

  void found(String beginning, long size) {
    keys.merge(beginning, 1L, Long::sum);
    bytes.merge(beginning, Math.max(0, size), Long::sum);
  }

  /** Returns the number of keys by their beginning. */
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

  /** Returns how many keys were missing or different in the target. */
  long changed() {
    return changed;
  }

  void failed(MovedKey key, String reason) {
    failed++;
    if (problems.size() < MOST_NAMES) {
      problems.add(key + ": " + reason);
    }
  }

  long failed() {
    return failed;
  }

  /** Returns the keys that could not be copied, up to a limit, with the reasons. */
  List<String> problems() {
    return problems;
  }
}
