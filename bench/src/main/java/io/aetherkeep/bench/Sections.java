package io.aetherkeep.bench;

import io.aetherkeep.bench.growth.GrowthSections;
import io.aetherkeep.bench.http.ClusterReads;
import io.aetherkeep.bench.http.LongHistories;
import io.aetherkeep.bench.http.Reads;
import io.aetherkeep.bench.http.Writes;
import io.aetherkeep.bench.node.NodeSections;
import io.aetherkeep.bench.report.BenchReport;
import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.MachineDescription;
import io.aetherkeep.bench.report.Scale;
import io.aetherkeep.bench.report.Section;
import io.aetherkeep.bench.session.SessionSections;
import io.aetherkeep.bench.socket.SocketSections;
import io.aetherkeep.bench.stream.StreamSections;
import io.aetherkeep.embedded.EmbeddedRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sections of the report, and the command line that chooses them. */
final class Sections {

  private static final String HELP =
      """
      usage: java -jar bench.jar all|SECTION... [--quick] [--out FOLDER]
        all            every section of the report: about 25 minutes on two cores
        --quick        one short round: shows that everything works, measures nothing
        --out FOLDER   writes the tables and plots into performance.md there, too
      sections of all:
        ALL
      other sections:
        OTHERS
      other measurements:
        overload [MULTIPLE...]   requests above a node's capacity, with load shedding and without
        progress [SESSIONS ROUNDS]   positions of sessions that play, and their Redis commands
        capacity [SECONDS]   costs on a cluster, and how ten million sessions are spread
        bus-hop   an ask to the same event loop and to another, beside a method call
      """;

  private Sections() {}

  /** Returns the sections of a whole run, in order. */
  static List<Section> all() {
    return Stream.of(
            Reads.sections(),
            Writes.sections(),
            LongHistories.sections(),
            SocketSections.sections(),
            StreamSections.sections(),
            NodeSections.sections(),
            SessionSections.sections(),
            GrowthSections.sections())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Section> others() {
    return Stream.of(ClusterReads.sections(), StreamSections.onDisk())
        .flatMap(List::stream)
        .toList();
  }

  /** Runs the sections that the words name; returns the exit code. */
  static int run(List<String> words) throws Exception {
    Set<String> names = new TreeSet<>();
    Scale scale = Scale.FULL;
    Path out = null;
    for (int i = 0; i < words.size(); i++) {
      switch (words.get(i)) {
        case "--quick" -> scale = Scale.QUICK;
        case "--out" -> {
          i++;
          out = i < words.size() ? Path.of(words.get(i)) : null;
        }
        default -> names.add(words.get(i));
      }
    }
    List<Section> chosen = new ArrayList<>(names.remove("all") ? all() : List.of());
    Stream.concat(all().stream(), others().stream())
        .filter(section -> names.remove(section.name()))
        .forEach(chosen::add);
    boolean asked = names.remove("--help");
    if (asked || chosen.isEmpty() || !names.isEmpty()) {
      String help = HELP.replace("ALL", names(all())).replace("OTHERS", names(others()));
      (asked ? System.out : System.err).print(help);
      return asked ? 0 : 2;
    }
    return run(chosen, scale, out);
  }

  private static int run(List<Section> chosen, Scale scale, @Nullable Path out) throws Exception {
    BenchReport report = new BenchReport(new MachineDescription(redisVersion(), scale));
    BenchRun run = new BenchRun(scale, report);
    List<String> failed = run.run(chosen);
    System.out.print(report.markdown());
    if (out != null) {
      Files.createDirectories(out);
      report.write(out);
    }
    run.progress(failed.isEmpty() ? "done" : "failed: " + String.join(", ", failed));
    return failed.isEmpty() ? 0 : 1;
  }

  private static String redisVersion() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options())) {
      return redis.version();
    }
  }

  private static String names(List<Section> sections) {
    return sections.stream().map(Section::name).collect(Collectors.joining(", "));
  }
}
