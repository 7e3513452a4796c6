package io.aetherkeep.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bench.report.Section;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** List of the sections, and the command line that chooses them. */
class SectionsTest {

  @Test
  void names_areDifferent() {
    List<String> names = Sections.all().stream().map(Section::name).toList();

    assertEquals(names.size(), new HashSet<>(names).size(), names.toString());
  }

  @Test
  void unknownSection_printsTheUsage_andRunsNothing() throws Exception {
    assertEquals(2, Sections.run(List.of("cached-get", "cached-got")));
    assertEquals(2, Sections.run(List.of()));
    assertEquals(2, Sections.run(List.of("--quick")));
  }
}
