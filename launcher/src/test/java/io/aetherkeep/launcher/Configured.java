package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.launcher.settings.Settings;
import io.aetherkeep.launcher.settings.SettingsException;
import io.aetherkeep.launcher.settings.SettingsSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Settings from a file's text and an environment; the file is {@code my.yaml} in a directory. */
public record Configured(Path directory) {

  public Path file(String yaml) {
    try {
      return Files.writeString(directory.resolve("my.yaml"), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public SettingsSource source(String yaml, Map<String, String> environment) {
    return SettingsSource.of(file(yaml), environment);
  }

  public Settings settings(String yaml, Map<String, String> environment) {
    return Settings.of(source(yaml, environment));
  }

  /** The problems, with the file's name without its directory. */
  public List<String> problems(String yaml, Map<String, String> environment) {
    SettingsException e =
        assertThrows(SettingsException.class, () -> settings(yaml, environment), yaml);
    return e.problems().stream().map(p -> p.replace(directory + "/", "")).toList();
  }
}
