package io.aetherkeep.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of the benchmarks: its scale, the report it fills, and the servers its sections share.
 */
public final class BenchRun {

  private final Scale scale;
  private final BenchReport report;
  private final long start = System.nanoTime();
  private @Nullable AutoCloseable shared;

  public BenchRun(Scale scale, BenchReport report) {
    this.scale = scale;
    this.report = report;
  }

  public Scale scale() {
    return scale;
  }

  public BenchReport report() {
    return report;
  }

  /** Runs sections in their order; returns the names of those that failed. */
  public List<String> run(List<Section> sections) throws Exception {
    List<String> failed = new ArrayList<>();
    String group = "";
    try {
      for (Section section : sections) {
        if (!section.group().equals(group)) {
          release();
          group = section.group();
        }
        report.begin(group);
        progress(section.name());
        try {
          section.body().measure(this);
        } catch (Exception e) {
          // One failed section must not cost the results of the others.
          e.printStackTrace();
          failed.add(section.name());
        }
      }
    } finally {
      release();
    }
    return failed;
  }

  /** Returns what the sections of this group share, created by the first. */
  public <T extends AutoCloseable> T shared(Class<T> type, Supplier<T> create) {
    if (!type.isInstance(shared)) {
      shared = create.get();
    }
    return type.cast(shared);
  }

  private void release() throws Exception {
    AutoCloseable before = shared;
    shared = null;
    if (before != null) {
      before.close();
    }
  }

  /** Writes a line of progress, with the seconds since the start. */
  public void progress(String line) {
    System.err.printf(Locale.ROOT, "%5.0f s  %s%n", (System.nanoTime() - start) / 1e9, line);
  }

  /** Adds a row that compares Aetherkeep with another server. */
  public void row(
      String work,
      String measure,
      String unit,
      List<Double> ours,
      String beside,
      List<Double> theirs,
      @Nullable Goal goal) {
    ReportRow row = new ReportRow(work, measure, unit, ours, beside, theirs, goal);
    report.add(row);
    progress("       " + row.markdown().strip());
  }

  /** Adds a row of Aetherkeep alone. */
  public void row(
      String work, String measure, String unit, List<Double> ours, @Nullable Goal goal) {
    row(work, measure, unit, ours, "", List.of(), goal);
  }
}
