package io.aetherkeep.launcher;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the program was called with. */
record CommandLine(Wish wish, @Nullable Path config) {

  static final String HELP =
      """
      Aetherkeep: sessions, caches, status and presence on Redis.

      usage: aetherkeep [options]
        --config FILE    settings over the defaults; see --print-config for all there are
        --print-config   prints the settings in force, and where each comes from
        --version        prints the version
        --help           prints this

      Every setting has an environment variable too: http.port is AETHERKEEP_HTTP_PORT.
      """;

  /** What is wanted of the program. */
  enum Wish {
    RUN,
    PRINT_CONFIG,
    VERSION,
    HELP
  }

  static CommandLine of(List<String> arguments) {
    Wish wish = Wish.RUN;
    Path config = null;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith("--config=")) {
        config = Path.of(argument.substring("--config=".length()));
        continue;
      }
      switch (argument) {
        case "--config" -> {
          if (++i == arguments.size()) {
            throw new SettingsException(List.of("--config wants a file after it"));
          }
          config = Path.of(arguments.get(i));
        }
        case "--print-config" -> wish = Wish.PRINT_CONFIG;
        case "--version" -> wish = Wish.VERSION;
        case "--help", "-h" -> wish = Wish.HELP;
        default -> throw new SettingsException(List.of(argument + " is no option; see --help"));
      }
    }
    return new CommandLine(wish, config);
  }
}
