package io.aetherkeep.launcher.command;

import io.aetherkeep.launcher.settings.SettingsException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parsed command line. */
public record CommandLine(Action action, @Nullable Path config, List<String> words, boolean demo) {

  public static final String HELP =
      """
      Aetherkeep: sessions, caches, status and presence on Redis.

      usage: aetherkeep [options]
             aetherkeep init --space NAME
             aetherkeep keys add --name NAME --spaces SPACE,... --scopes read,write,admin
                                 [--expires 90d | 2027-01-31T00:00:00Z]
             aetherkeep keys list
             aetherkeep keys revoke ID
             aetherkeep health [--ready]
             aetherkeep ctl COMMAND
             aetherkeep migrate --from URL --to URL[,URL...] [--from-prefix TEXT] [--to-prefix TEXT]
                                [--dry-run] [--rate N] [--state DIR] [--ca-file FILE]
                                [--by-type] [--overwrite]

        init             writes a commented configuration for your own space to FILE, or to
                         aetherkeep.yaml; never overwrites a file
        health           checks the liveness of the node that runs with the same settings, or with
                         --ready its readiness
        ctl              operates a running node: sessions, statuses, streams, caches,
                         configurations, providers; see ctl --help
        migrate          copies the keys of one Redis to another or to a cluster, and compares them;
                         a repeated call resumes; @FILE reads a URL from a file
        --config FILE    file with settings that override the defaults; --print-config lists all
        --demo           simulates users, which /console shows
        --print-config   prints the effective settings and their sources
        --version        prints the version
        --help           prints this help

      Every setting also has an environment variable, which overrides the file:
      http.port is AETHERKEEP_HTTP_PORT.

      Exit status: 1 if the node cannot start or health finds it down, 2 for invalid arguments or
      settings, 3 if migrate ends while keys still differ.
      """;

  /** Command to run. */
  public enum Action {
    RUN,
    PRINT_CONFIG,
    VERSION,
    HELP,
    /** Manages API keys; the following words are its arguments. */
    KEYS,
    /** Writes a configuration for the space in the following words. */
    INIT,
    /** Checks a running node; the following word may be an option. */
    HEALTH,
    /** Copies keys from one Redis to another; the following words are its arguments. */
    MIGRATE,
    /** Operates a running node over its API; the following words are its arguments. */
    CTL;

    boolean takesWords() {
      return this == KEYS || this == INIT || this == HEALTH || this == MIGRATE || this == CTL;
    }
  }

  public static CommandLine of(List<String> arguments) {
    Action action = Action.RUN;
    Path config = null;
    List<String> words = new ArrayList<>();
    boolean demo = false;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      if (action.takesWords() && !isGeneral(argument, action)) {
        words.add(argument);
        continue;
      }
      switch (argument) {
        case "--config" -> config = file(rest.hasNext() ? rest.next() : "", config);
        case "--demo" -> demo = true;
        case "--print-config" -> action = Action.PRINT_CONFIG;
        case "--version" -> action = Action.VERSION;
        case "--help", "-h" -> action = Action.HELP;
        case "keys" -> action = Action.KEYS;
        case "init" -> action = Action.INIT;
        case "health" -> action = Action.HEALTH;
        case "migrate" -> action = Action.MIGRATE;
        case "ctl" -> action = Action.CTL;
        default -> {
          if (!argument.startsWith("--config=")) {
            throw new SettingsException(List.of(argument + " is not an option; see --help"));
          }
          config = file(argument.substring("--config=".length()), config);
        }
      }
    }
    return new CommandLine(action, config, List.copyOf(words), demo);
  }

  /** Whether an argument is an option of the program even after a command. */
  private static boolean isGeneral(String argument, Action command) {
    return argument.startsWith("--config")
        || (command != Action.CTL && (argument.equals("--help") || argument.equals("-h")));
  }

  private static Path file(String name, @Nullable Path before) {
    if (before != null) {
      throw new SettingsException(List.of("--config is given twice: " + before + " and " + name));
    }
    try {
      if (!name.isEmpty()) {
        return Path.of(name);
      }
    } catch (InvalidPathException e) {
      throw new SettingsException(List.of("--config: " + e.getMessage()));
    }
    throw new SettingsException(List.of("--config needs a file name"));
  }
}
