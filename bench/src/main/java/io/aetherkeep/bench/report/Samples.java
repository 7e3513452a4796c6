package io.aetherkeep.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Statistics of the samples of a row: one value a round. */
public final class Samples {

  private Samples() {}

  public static double median(List<Double> values) {
    return at(values, 0.5);
  }

  /** Returns a quantile, by the nearest rank. */
  public static double at(List<Double> values, double quantile) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.isEmpty() ? Double.NaN : sorted.get((int) (quantile * (sorted.size() - 1) + 0.5));
  }

  /** Returns the ratios of paired rounds. */
  public static List<Double> ratios(List<Double> ours, List<Double> theirs) {
    return IntStream.range(0, Math.min(ours.size(), theirs.size()))
        .mapToObj(i -> ours.get(i) / theirs.get(i))
        .toList();
  }

  /** Formats a value with three significant digits, and thousands with commas. */
  static String format(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    double size = Math.abs(value);
    String pattern = size >= 100 || value == 0 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, pattern, value);
  }
}
