package io.aetherkeep.launcher;

import ch.qos.logback.classic.LoggerContext;
import io.aetherkeep.embedded.EmbeddedRedisException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** The program's entrance. */
public final class Main {

  private static final int BAD_SETTINGS = 2;
  private static final int CANNOT_START = 1;

  private Main() {}

  public static void main(String[] arguments) {
    int status = run(List.of(arguments), System.getenv(), System.out, System.err);
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Does what was asked for and answers the exit status; a server that runs goes on after 0. */
  static int run(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    try {
      CommandLine line = CommandLine.of(arguments);
      switch (line.wish()) {
        case HELP -> out.print(CommandLine.HELP);
        case VERSION -> out.println("aetherkeep " + Version.OURS);
        case PRINT_CONFIG -> printConfig(SettingsSource.of(line.config(), environment), out);
        case RUN -> serve(Settings.of(SettingsSource.of(line.config(), environment)), out);
      }
      return 0;
    } catch (SettingsException e) {
      err.println("aetherkeep cannot start with these settings:");
      e.problems().forEach(problem -> err.println("  - " + problem));
      return BAD_SETTINGS;
    } catch (EmbeddedRedisException | Aetherkeep.StartException e) {
      err.println("aetherkeep cannot start: " + e.getMessage());
      return CANNOT_START;
    }
  }

  private static void serve(Settings settings, PrintStream out) {
    Aetherkeep aetherkeep = Aetherkeep.start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(aetherkeep), "shutdown"));
    aetherkeep.banner().forEach(out::println);
    out.println("aetherkeep ready on " + aetherkeep.url());
    out.flush();
  }

  /** The last lines of the log are still in its queue: it is closed after all others. */
  private static void stop(Aetherkeep aetherkeep) {
    aetherkeep.close();
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logs) {
      logs.stop();
    }
  }

  /** As a file that --config takes; checked first, so that what is printed would be accepted. */
  private static void printConfig(SettingsSource source, PrintStream out) {
    Settings.of(source);
    List<String> before = List.of();
    for (Setting setting : source.all()) {
      List<String> names = List.of(setting.path().split("\\.", -1));
      int shared = 0;
      while (shared < Math.min(before.size(), names.size() - 1)
          && before.get(shared).equals(names.get(shared))) {
        shared++;
      }
      for (int depth = shared; depth < names.size() - 1; depth++) {
        out.println("  ".repeat(depth) + names.get(depth) + ":");
      }
      out.printf(
          "%s%s: \"%s\"  # %s%n",
          "  ".repeat(names.size() - 1),
          names.get(names.size() - 1),
          setting.shown().replace("\\", "\\\\").replace("\"", "\\\""),
          setting.source());
      before = names.subList(0, names.size() - 1);
    }
  }
}
