package io.aetherkeep.launcher.reload;

import io.aetherkeep.launcher.settings.Settings;
import io.aetherkeep.launcher.settings.SettingsSource;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Source of a node's settings, which can be read again.
 *
 * @param file null without one; then nothing can change while the node runs
 */
public record SettingsFile(@Nullable Path file, Map<String, String> environment) {

  public SettingsFile {
    environment = Map.copyOf(environment);
  }

  /** The settings of one reading, and their texts. */
  public record Loaded(Settings settings, SettingsSource source) {}

  /** Reads the texts of the settings. */
  SettingsSource source() {
    return SettingsSource.of(file, environment);
  }

  /** Reads and validates the settings; a failure lists all problems. */
  public Loaded load() {
    SettingsSource source = source();
    return new Loaded(Settings.of(source), source);
  }
}
