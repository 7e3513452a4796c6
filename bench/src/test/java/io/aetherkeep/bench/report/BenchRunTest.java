package io.aetherkeep.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Run of sections, and the report that it fills. */
class BenchRunTest {

  private final BenchReport report = new BenchReport(new MachineDescription("7.0.15", Scale.QUICK));
  private final BenchRun run = new BenchRun(Scale.QUICK, report);

  @Test
  void row_hasTheMedianOfThePairedRatios_andTheirRange() {
    ReportRow row =
        new ReportRow(
            "a read",
            "processor time",
            "µs",
            List.of(10.0, 12.0, 30.0),
            "bare handler",
            List.of(10.0, 10.0, 10.0),
            Goal.ratioAtMost(1.3));

    assertEquals(
        "| a read | processor time, µs | 12.0 | bare handler: 10.0 | 1.20 (1.00 to 3.00) | ≤ 1.3 times: met |\n",
        row.markdown());
  }

  @Test
  void missedGoal_isBold() {
    String row =
        new ReportRow("a start", "time", "s", List.of(2.5), "", List.of(), Goal.atMost(2))
            .markdown();

    assertTrue(row.endsWith("| **≤ 2.00 s: missed** |\n"), row);
  }

  @Test
  void sectionThatFails_isNamed_andTheOthersRun() throws Exception {
    List<String> failed =
        run.run(
            List.of(
                new Section(
                    "broken",
                    "One",
                    each -> {
                      throw new IOException("no server");
                    }),
                new Section(
                    "whole", "Two", each -> each.row("work", "time", "s", List.of(1.0), null))));

    assertEquals(List.of("broken"), failed);
    assertTrue(report.markdown().contains("### Two\n"));
    assertFalse(report.markdown().contains("### One\n"));
  }

  @Test
  void serversOfAGroup_endWithIt() throws Exception {
    List<String> closed = new ArrayList<>();
    AutoCloseable shared = () -> closed.add("closed");

    run.run(
        List.of(
            new Section("first", "One", each -> each.shared(AutoCloseable.class, () -> shared)),
            new Section(
                "second",
                "One",
                each -> {
                  assertEquals(shared, each.shared(AutoCloseable.class, () -> () -> {}));
                  assertEquals(List.of(), closed);
                }),
            new Section("third", "Two", each -> assertEquals(List.of("closed"), closed))));
  }

  @Test
  void report_replacesWhatIsBetweenItsMarks(@TempDir Path folder) throws Exception {
    Path page = folder.resolve("performance.md");
    Files.writeString(
        page, "before\n" + BenchReport.BEGIN + "\nold\n" + BenchReport.END + "\nafter\n");
    run.run(
        List.of(new Section("one", "One", each -> each.row("w", "m", "s", List.of(1.0), null))));
    LinePlot plot = new LinePlot("things", "Cost of things", "things", "time, ms");
    plot.point("ours", 10, 1);
    report.add(plot);

    report.write(folder);

    String text = Files.readString(page);
    assertTrue(text.startsWith("before\n" + BenchReport.BEGIN), text);
    assertTrue(text.endsWith(BenchReport.END + "\nafter\n"), text);
    assertTrue(text.contains("| w | m, s | 1.00 |"), text);
    assertTrue(text.contains("![Cost of things](performance-things.svg)"), text);
    assertFalse(text.contains("old"), text);
    assertTrue(Files.exists(folder.resolve("performance-things.svg")));
  }

  @Test
  void plot_isWellFormed_andHasItsAxes() throws Exception {
    LinePlot plot = new LinePlot("n", "Cost < price", "sockets", "memory, MiB");
    for (int i = 1; i <= 1000; i *= 10) {
      plot.point("aetherkeep", i, i * 0.7);
      plot.point("bare handler", i, i * 0.5);
    }

    String svg = plot.svg();
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));

    assertTrue(svg.contains(">sockets</text>"), svg);
    assertTrue(svg.contains(">memory, MiB</text>"), svg);
    assertTrue(svg.contains(">bare handler</text>"), svg);
  }
}
