package io.aetherkeep.launcher;

import ch.qos.logback.classic.LoggerContext;
import io.aetherkeep.embedded.EmbeddedRedisException;
import io.aetherkeep.launcher.command.CommandLine;
import io.aetherkeep.launcher.command.HealthCommand;
import io.aetherkeep.launcher.command.InitCommand;
import io.aetherkeep.launcher.command.KeyCommand;
import io.aetherkeep.launcher.command.MigrateCommand;
import io.aetherkeep.launcher.ctl.CtlCommand;
import io.aetherkeep.launcher.ctl.CtlException;
import io.aetherkeep.launcher.demo.Demo;
import io.aetherkeep.launcher.migrate.Migration;
import io.aetherkeep.launcher.reload.HangUpSignal;
import io.aetherkeep.launcher.reload.SettingsFile;
import io.aetherkeep.launcher.reload.SettingsFile.Loaded;
import io.aetherkeep.launcher.settings.EffectiveYaml;
import io.aetherkeep.launcher.settings.Settings;
import io.aetherkeep.launcher.settings.SettingsException;
import io.aetherkeep.launcher.settings.SettingsSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Entry point of the program. */
public final class Main {

  private static final System.Logger LOG = System.getLogger(Main.class.getName());

  private static final int BAD_SETTINGS = 2;
  private static final int CANNOT_START = 1;
  private static final int UNHEALTHY = 1;
  private static final int REDIS_ENDED = 1;

  private Main() {}

  /** Starter of the node, with or without the demo. */
  public interface Starter {
    void start(Loaded loaded, boolean demo);
  }

  public static void main(String[] arguments) {
    Starter starter =
        (loaded, demo) ->
            serve(
                loaded,
                new SettingsFile(CommandLine.of(List.of(arguments)).config(), System.getenv()),
                demo,
                System.out);
    int status = run(List.of(arguments), System.getenv(), System.out, System.err, starter);
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Runs a command and returns the exit status; after 0, a started node keeps running. */
  public static int run(
      List<String> arguments,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err,
      Starter starter) {
    try {
      CommandLine line = CommandLine.of(arguments);
      switch (line.action()) {
        case HELP -> out.print(CommandLine.HELP);
        case VERSION -> out.println("aetherkeep " + Version.OURS);
        case PRINT_CONFIG -> printConfig(SettingsSource.of(line.config(), environment), out);
        case INIT -> InitCommand.run(line.words(), line.config(), out);
        case KEYS ->
            KeyCommand.of(SettingsSource.of(line.config(), environment), out).run(line.words());
        case HEALTH -> {
          Settings settings = Settings.of(SettingsSource.of(line.config(), environment));
          return HealthCommand.run(settings, line.words(), out) ? 0 : UNHEALTHY;
        }
        case CTL -> {
          if (line.words().indexOf("migrate") == 0) {
            return MigrateCommand.run(line.words().subList(1, line.words().size()), out);
          }
          SettingsSource source = SettingsSource.of(line.config(), environment);
          CtlCommand.run(line.words(), environment, System.in, out, () -> Settings.of(source));
        }
        case MIGRATE -> {
          return MigrateCommand.run(line.words(), out);
        }
        case RUN -> starter.start(new SettingsFile(line.config(), environment).load(), line.demo());
      }
      return 0;
    } catch (SettingsException e) {
      err.println("aetherkeep cannot start with these settings:");
      e.problems().forEach(problem -> err.println("  - " + problem));
      return BAD_SETTINGS;
    } catch (CtlException e) {
      err.println("aetherkeep ctl: " + e.getMessage());
      return e.status();
    } catch (Migration.Stopped e) {
      err.println("aetherkeep migrate: " + e.getMessage());
      return CANNOT_START;
    } catch (EmbeddedRedisException | StartException e) {
      err.println("aetherkeep cannot start: " + e.getMessage());
      return CANNOT_START;
    }
  }

  private static void serve(Loaded loaded, SettingsFile file, boolean demo, PrintStream out) {
    Settings settings = loaded.settings();
    String credential = demo ? demoKey(settings) : null;
    LogSetup.setLevel(settings.logLevel());
    Aetherkeep aetherkeep = Aetherkeep.start(loaded, file);
    HangUpSignal.handle(() -> aetherkeep.reload("SIGHUP"));
    Demo played = demo ? Demo.play(aetherkeep.url(), credential) : null;
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(aetherkeep, played), "shutdown"));
    aetherkeep.onRedisEnd(Main::endWithoutRedis);
    aetherkeep.banner().forEach(out::println);
    if (demo) {
      out.println("  demo    users are simulated: see " + aetherkeep.url() + "/console");
    }
    out.flush();
    aetherkeep
        .ready()
        .onSuccess(
            ready -> {
              out.println("aetherkeep ready on " + aetherkeep.url());
              out.flush();
            });
  }

  /** Ends a node without its Redis, which only a new start of the node can start again. */
  private static void endWithoutRedis(int status) {
    LOG.log(
        System.Logger.Level.ERROR,
        "The embedded Redis has ended with the exit status {0}. The node stops; start it again",
        Integer.toString(status));
    System.exit(REDIS_ENDED);
  }

  /** The demo's credential; null if none is configured. */
  private static @Nullable String demoKey(Settings settings) {
    if (settings.http().access().isOpen()) {
      return null;
    }
    Path file = settings.demoKeyFile();
    if (file == null) {
      throw new SettingsException(
          List.of("demo.key-file is not set: --demo needs a key (see keys add)"));
    }
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new SettingsException(List.of("demo.key-file cannot be read: " + e.getMessage()));
    }
  }

  /** Stops the log last, so that the queued lines of the other parts are written. */
  private static void stop(Aetherkeep aetherkeep, @Nullable Demo played) {
    if (played != null) {
      played.close();
    }
    aetherkeep.close();
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logs) {
      logs.stop();
    }
  }

  /** Validates the settings first, so that the printed configuration is valid. */
  private static void printConfig(SettingsSource source, PrintStream out) {
    Settings.of(source);
    EffectiveYaml.of(source).forEach(out::println);
  }
}
