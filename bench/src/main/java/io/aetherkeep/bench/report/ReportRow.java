package io.aetherkeep.bench.report;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Row of the report: one measure of one kind of work, for Aetherkeep and for another server.
 *
 * @param work the work, such as {@code a cached GET}
 * @param measure the measure, such as {@code processor time}
 * @param unit its unit
 * @param ours one value a round
 * @param beside the other server, or empty
 * @param theirs the other server's values, paired with ours by round
 * @param goal the goal, if there is one
 */
public record ReportRow(
    String work,
    String measure,
    String unit,
    List<Double> ours,
    String beside,
    List<Double> theirs,
    @Nullable Goal goal) {

  public ReportRow {
    ours = List.copyOf(ours);
    theirs = List.copyOf(theirs);
  }

  /** Returns the median of the paired rounds' ratios. */
  double ratio() {
    return Samples.median(Samples.ratios(ours, theirs));
  }

  /** Returns the row in Markdown. */
  String markdown() {
    return "| %s | %s | %s | %s | %s | %s |%n"
        .formatted(work, measureAndUnit(), value(ours), besideIt(), ratioText(), verdict());
  }

  private String measureAndUnit() {
    return unit.isEmpty() ? measure : measure + ", " + unit;
  }

  private static String value(List<Double> values) {
    return Samples.format(Samples.median(values));
  }

  private String besideIt() {
    return beside.isEmpty() ? "" : beside + ": " + value(theirs);
  }

  private String ratioText() {
    List<Double> ratios = Samples.ratios(ours, theirs);
    if (ratios.isEmpty()) {
      return "";
    }
    String median = two(Samples.median(ratios));
    return ratios.size() == 1
        ? median
        : "%s (%s to %s)".formatted(median, two(Samples.at(ratios, 0)), two(Samples.at(ratios, 1)));
  }

  private static String two(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }

  private String verdict() {
    if (goal == null) {
      return "";
    }
    String text = goal.text(unit);
    return goal.isMet(this) ? text + ": met" : "**" + text + ": missed**";
  }
}
