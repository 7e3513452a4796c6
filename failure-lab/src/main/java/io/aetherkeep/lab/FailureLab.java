package io.aetherkeep.lab;

import io.aetherkeep.lab.cluster.Cluster;
import io.aetherkeep.lab.cluster.Fault;
import io.aetherkeep.lab.cluster.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Main class of the failure lab: runs all faults, a few, those whose names contain given words, or
 * a soak test.
 */
public final class FailureLab {

  private static final String HELP =
      """
      usage: java -jar failure-lab.jar [all | few | soak [MINUTES] | A PART OF A FAULT'S NAME...]
      """;

  private FailureLab() {}

  public static void main(String[] arguments) throws Exception {
    List<String> words = List.of(arguments);
    String first = words.isEmpty() ? "all" : words.get(0);
    switch (first) {
      case "help", "--help" -> System.out.print(HELP);
      case "soak" -> {
        int minutes = words.size() < 2 ? 15 : Integer.parseInt(words.get(1));
        System.exit(soak(directory(), Duration.ofMinutes(minutes)) ? 0 : 1);
      }
      default -> System.exit(run(directory(), words) ? 0 : 1);
    }
  }

  /**
   * Creates the directory of a run's logs and data, below the build's output, for later inspection.
   */
  private static Path directory() throws IOException {
    Path runs = Files.createDirectories(Path.of("target", "lab"));
    Path directory = Files.createTempDirectory(runs, "run-").toAbsolutePath();
    System.out.println("logs and data are in " + directory);
    return directory;
  }

  private static List<Fault> chosen(Cluster cluster, List<String> words) {
    if (words.equals(List.of("few"))) {
      return Faults.few();
    }
    return Faults.possible(cluster).stream()
        .filter(
            fault ->
                words.isEmpty()
                    || words.equals(List.of("all"))
                    || words.stream().anyMatch(fault.name()::contains))
        .toList();
  }

  private static boolean soak(Path directory, Duration length) throws Exception {
    try (Cluster cluster = new Cluster(directory)) {
      List<String> complaints = new Soak(cluster, length).run();
      complaints.forEach(System.out::println);
      return complaints.isEmpty();
    }
  }

  /** Runs the faults; returns whether there was no complaint. */
  private static boolean run(Path directory, List<String> words) throws Exception {
    List<String> complaints = new ArrayList<>();
    try (Cluster cluster = new Cluster(directory)) {
      ClientPool.warm(cluster);
      System.out.println(Row.HEAD);
      for (Fault fault : chosen(cluster, words)) {
        Row row = new Trial(cluster, fault).run();
        System.out.println(row);
        row.complaints().forEach(each -> complaints.add(fault.name() + ": " + each));
      }
    }
    complaints.forEach(System.out::println);
    return complaints.isEmpty();
  }
}
