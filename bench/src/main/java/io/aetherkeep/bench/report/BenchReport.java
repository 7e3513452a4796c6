package io.aetherkeep.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Report of a run: the machine, a table for each group of rows, and plots. */
public final class BenchReport {

  static final String BEGIN = "<!-- bench -->";
  static final String END = "<!-- /bench -->";

  private static final String HEAD =
      "| work | measure | Aetherkeep | beside it | ratio (range) | goal |%n|---|---|--:|---|---|---|%n";

  private final Map<String, List<ReportRow>> groups = new LinkedHashMap<>();
  private final List<LinePlot> plots = new ArrayList<>();
  private final MachineDescription machine;

  public BenchReport(MachineDescription machine) {
    this.machine = machine;
  }

  void begin(String group) {
    groups.putIfAbsent(group, new ArrayList<>());
    current = group;
  }

  private String current = "";

  void add(ReportRow row) {
    groups.computeIfAbsent(current, group -> new ArrayList<>()).add(row);
  }

  public void add(LinePlot plot) {
    plots.add(plot);
  }

  /** Returns the tables in Markdown. */
  public String markdown() {
    StringBuilder all = new StringBuilder(machine.markdown()).append('\n');
    groups.forEach(
        (group, rows) -> {
          if (!rows.isEmpty()) {
            all.append("### ").append(group).append("\n\n").append(HEAD.formatted());
            rows.forEach(row -> all.append(row.markdown()));
            all.append('\n');
          }
        });
    return all.toString();
  }

  /** Writes the plots into a folder, and the tables and plots between the marks of its page. */
  public void write(Path folder) throws IOException {
    StringBuilder generated = new StringBuilder(markdown());
    if (!plots.isEmpty()) {
      generated.append("### Growth\n\n");
    }
    for (LinePlot plot : plots) {
      Files.writeString(folder.resolve(plot.file()), plot.svg());
      generated.append("![%s](%s)%n%n".formatted(plot.title(), plot.file()));
    }
    Path page = folder.resolve("performance.md");
    String text = Files.exists(page) ? Files.readString(page) : BEGIN + END;
    int from = text.indexOf(BEGIN);
    int to = text.indexOf(END);
    if (from < 0 || to < from) {
      throw new IOException(page + " has no " + BEGIN + " and " + END);
    }
    Files.writeString(
        page,
        text.substring(0, from + BEGIN.length())
            + "\n"
            + generated.toString().strip()
            + "\n"
            + text.substring(to));
  }
}
