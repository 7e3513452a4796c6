package io.aetherkeep.launcher.command;

import io.aetherkeep.launcher.settings.SettingsException;
import io.aetherkeep.launcher.settings.SpaceSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The init command: writes a commented configuration for a new system, and overwrites no file. */
public final class InitCommand {

  private static final Path USUAL = Path.of("aetherkeep.yaml");
  private static final String USE =
      "init takes --space NAME, of 1 to 32 of a-z, 0-9 and -, a letter first; see --help";

  private InitCommand() {}

  public static void run(List<String> words, @Nullable Path config, PrintStream out) {
    boolean wellCalled = words.size() == 2 && words.get(0).equals("--space");
    if (!wellCalled || !SpaceSettings.isName(words.get(1))) {
      throw new SettingsException(List.of(USE));
    }
    String space = words.get(1);
    Path file = config == null ? USUAL : config;
    try {
      Files.writeString(
          file,
          template().replace("SPACE", space),
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw new SettingsException(List.of(file + ": exists already and is not overwritten"));
    } catch (IOException e) {
      throw new SettingsException(List.of(file + ": cannot be written: " + e.getMessage()));
    }
    out.println("Wrote " + file + ": the space " + space + " with two example caches.");
    out.println("Edit it, then start: aetherkeep --config " + file);
  }

  private static String template() {
    try (InputStream in = InitCommand.class.getResourceAsStream("init.yaml")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
