package io.aetherkeep.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Line plot in plain SVG, for light and dark pages: how a cost grows with a number. The horizontal
 * axis is logarithmic if the numbers span more than two decades.
 */
public final class LinePlot {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 300;
  private static final int LEFT = 64;
  private static final int RIGHT = 150;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final int STEPS = 4;
  private static final int COLOURS = 4;

  private static final String STYLE =
      """
      <style>
      svg { background: #ffffff; font: 12px system-ui, sans-serif; }
      text { fill: #333333; } .title { font-weight: 600; font-size: 14px; }
      .grid { stroke: #dddddd; } .line { fill: none; stroke-width: 2; }
      .s0 { stroke: #0b62c4; } .s1 { stroke: #b3541e; } .s2 { stroke: #2c7a39; } .s3 { stroke: #7d3c98; }
      .f0 { fill: #0b62c4; } .f1 { fill: #b3541e; } .f2 { fill: #2c7a39; } .f3 { fill: #7d3c98; }
      @media (prefers-color-scheme: dark) {
      svg { background: #16181d; } text { fill: #d5d8de; } .grid { stroke: #363a44; }
      .s0 { stroke: #6cb1ff; } .s1 { stroke: #ffa56b; } .s2 { stroke: #7fd18c; } .s3 { stroke: #d3a1ea; }
      .f0 { fill: #6cb1ff; } .f1 { fill: #ffa56b; } .f2 { fill: #7fd18c; } .f3 { fill: #d3a1ea; }
      }
      </style>
      """;

  private final String name;
  private final String title;
  private final String across;
  private final String up;
  private final Map<String, List<double[]>> series = new LinkedHashMap<>();

  /**
   * Creates a plot without points.
   *
   * @param name what the cost grows with: part of the file's name
   * @param across label of the horizontal axis
   * @param up label of the vertical axis
   */
  public LinePlot(String name, String title, String across, String up) {
    this.name = name;
    this.title = title;
    this.across = across;
    this.up = up;
  }

  public void point(String line, double x, double y) {
    series.computeIfAbsent(line, first -> new ArrayList<>()).add(new double[] {x, y});
  }

  String title() {
    return title;
  }

  String file() {
    return "performance-" + name + ".svg";
  }

  String svg() {
    StringBuilder svg =
        new StringBuilder(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n<title>%s</title>\n"
                .formatted(WIDTH, HEIGHT, escape(title)));
    svg.append(STYLE).append(text(LEFT, 22, "title", "start", title));
    double most = niceCeiling(most());
    for (int i = 0; i <= STEPS; i++) {
      double value = most * i / STEPS;
      double y = y(value, most);
      svg.append(line(LEFT, y, WIDTH - RIGHT, y))
          .append(text(LEFT - 8, y + 4, "tick", "end", Samples.format(value)));
    }
    double[] numbers = numbers();
    for (double number : numbers) {
      svg.append(text(x(number, numbers), HEIGHT - BOTTOM + 18, "tick", "middle", shorten(number)));
    }
    svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "axis", "middle", across))
        .append(
            "<text transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>%n"
                .formatted((TOP + HEIGHT - BOTTOM) / 2, escape(up)));
    int index = 0;
    for (Map.Entry<String, List<double[]>> each : series.entrySet()) {
      svg.append(series(index++, each.getKey(), each.getValue(), numbers, most));
    }
    return svg.append("</svg>\n").toString();
  }

  private static String series(
      int index, String label, List<double[]> points, double[] numbers, double most) {
    int colour = index % COLOURS;
    StringBuilder path = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    for (double[] point : points) {
      String at = decimal(x(point[0], numbers)) + " " + decimal(y(point[1], most));
      path.append(path.isEmpty() ? "M" : " L").append(at);
      dots.append(
          "<circle class=\"f%d\" cx=\"%s\" cy=\"%s\" r=\"3\"/>%n"
              .formatted(colour, decimal(x(point[0], numbers)), decimal(y(point[1], most))));
    }
    double y = TOP + 12 + index * 20.0;
    return "<path class=\"line s%d\" d=\"%s\"/>%n%s<rect class=\"f%d\" x=\"%d\" y=\"%s\" width=\"10\" height=\"10\"/>%n%s"
        .formatted(
            colour,
            path,
            dots,
            colour,
            WIDTH - RIGHT + 14,
            decimal(y - 9),
            text(WIDTH - RIGHT + 30, y, "key", "start", label));
  }

  private double most() {
    return series.values().stream()
        .flatMap(List::stream)
        .mapToDouble(point -> point[1])
        .max()
        .orElse(1);
  }

  private double[] numbers() {
    return series.values().stream()
        .flatMap(List::stream)
        .mapToDouble(point -> point[0])
        .distinct()
        .sorted()
        .toArray();
  }

  /** Rounds up to 1, 2, 4 or 8 times a power of ten. */
  private static double niceCeiling(double value) {
    if (value <= 0) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (double factor : new double[] {1, 2, 4, 8}) {
      if (value <= factor * power) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static double x(double number, double... numbers) {
    double low = numbers[0];
    double high = numbers[numbers.length - 1];
    double share = share(number, low, high);
    return LEFT + 10 + share * (WIDTH - RIGHT - LEFT - 20);
  }

  private static double share(double number, double low, double high) {
    if (high <= low) {
      return 0.5;
    }
    return low > 0 && high / low > 100
        ? Math.log(number / low) / Math.log(high / low)
        : (number - low) / (high - low);
  }

  private static double y(double value, double most) {
    return HEIGHT - BOTTOM - value / most * (HEIGHT - BOTTOM - TOP);
  }

  private static String line(double x1, double y1, double x2, double y2) {
    return "<line class=\"grid\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>%n"
        .formatted(decimal(x1), decimal(y1), decimal(x2), decimal(y2));
  }

  private static String text(double x, double y, String kind, String anchor, String text) {
    return "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>%n"
        .formatted(kind, decimal(x), decimal(y), anchor, escape(text));
  }

  private static String decimal(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }

  private static String shorten(double number) {
    if (number >= 1_000_000) {
      return String.format(Locale.ROOT, "%.0fM", number / 1_000_000);
    }
    return number >= 10_000
        ? String.format(Locale.ROOT, "%.0fk", number / 1000)
        : String.format(Locale.ROOT, "%,.0f", number);
  }

  private static String escape(String text) {
    return Objects.requireNonNull(text).replace("&", "&amp;").replace("<", "&lt;");
  }
}
