package io.aetherkeep.bench.report;

/**
 * Section of the benchmarks: adds its rows to a run.
 *
 * @param name its name on the command line
 * @param group the title of its table; sections of a group share their servers
 * @param body its measurement
 */
public record Section(String name, String group, Body body) {

  /** Measurement of a section. */
  public interface Body {
    void measure(BenchRun run) throws Exception;
  }
}
