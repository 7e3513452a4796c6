package io.aetherkeep.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Description of the machine and of a run's noise: how much of the processors other programs used.
 */
public final class MachineDescription {

  private static final Path STAT = Path.of("/proc/stat");
  private static final double TICKS = 100;

  private final String redis;
  private final Scale scale;
  private final double[] before = processors();
  private final double ownBefore = own();

  public MachineDescription(String redis, Scale scale) {
    this.redis = redis;
    this.scale = scale;
  }

  String markdown() {
    return String.format(
            Locale.ROOT,
            "Measured on %s: %d cores (%s), %s of memory, Linux %s, JDK %s, Redis %s. %s Medians of paired rounds; in parentheses the range of"
                + " the rounds' ratios.%n",
            LocalDate.now(Clock.systemUTC()),
            Runtime.getRuntime().availableProcessors(),
            field(Path.of("/proc/cpuinfo"), "model name"),
            memory(),
            System.getProperty("os.version"),
            Runtime.version(),
            redis,
            noise())
        + (scale == Scale.QUICK
            ? "\n**A quick run: it shows that every row works; its values mean nothing.**\n"
            : "");
  }

  /** Says how much of the processors other programs used since the start. */
  private String noise() {
    double[] now = processors();
    double whole = now[0] - before[0];
    if (whole <= 0) {
      return "";
    }
    double others = Math.max(0, now[1] - before[1] - (own() - ownBefore));
    return String.format(
        Locale.ROOT,
        "Other programs used %.0f %% of the processors%s.",
        100 * others / whole,
        others / whole > 0.05 ? ", so these values are noisy" : "");
  }

  /** Returns the processors' whole and busy time in seconds. */
  private static double[] processors() {
    try (Stream<String> lines = Files.lines(STAT)) {
      double[] ticks =
          Arrays.stream(lines.findFirst().orElse("").replaceAll("^cpu *", "").split(" ", -1))
              .mapToDouble(Double::parseDouble)
              .toArray();
      double whole = Arrays.stream(ticks).limit(8).sum();
      return new double[] {whole / TICKS, (whole - ticks[3] - ticks[4]) / TICKS};
    } catch (IOException e) {
      return new double[] {0, 0};
    }
  }

  /** Returns the processor time in seconds of this process, its children, and those that ended. */
  private static double own() {
    return Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants())
        .mapToDouble(process -> ticks(process.pid()) / TICKS)
        .sum();
  }

  private static double ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Arrays.stream(fields, 11, 15).mapToDouble(Double::parseDouble).sum();
    } catch (IOException e) {
      return 0;
    }
  }

  private static String memory() {
    String kilobytes = field(Path.of("/proc/meminfo"), "MemTotal").replaceAll("[^0-9]", "");
    return kilobytes.isEmpty() ? "?" : Math.round(Long.parseLong(kilobytes) / 1048576.0) + " GiB";
  }

  private static String field(Path file, String name) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("?");
    } catch (IOException e) {
      return "?";
    }
  }
}
