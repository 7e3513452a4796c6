package io.aetherkeep.bench.report;

import java.util.Locale;

/**
 * Goal of a row: a limit of its value, or of its ratio to the other server's value.
 *
 * @param ofRatio whether the limit applies to the ratio
 * @param atMost whether the limit is an upper one
 */
public record Goal(boolean ofRatio, boolean atMost, double limit) {

  public static Goal ratioAtMost(double limit) {
    return new Goal(true, true, limit);
  }

  public static Goal ratioAtLeast(double limit) {
    return new Goal(true, false, limit);
  }

  public static Goal atMost(double limit) {
    return new Goal(false, true, limit);
  }

  public static Goal atLeast(double limit) {
    return new Goal(false, false, limit);
  }

  /** Whether a row reaches this goal by its median. */
  boolean isMet(ReportRow row) {
    double value = ofRatio ? row.ratio() : Samples.median(row.ours());
    return atMost ? value <= limit : value >= limit;
  }

  /** Returns the text for a table, such as {@code ≤ 1.3 times}. */
  String text(String unit) {
    return "%s %s%s"
        .formatted(
            atMost ? "≤" : "≥",
            ofRatio ? String.format(Locale.ROOT, "%.1f", limit) : Samples.format(limit),
            ofRatio ? " times" : unit.isEmpty() ? "" : " " + unit);
  }
}
