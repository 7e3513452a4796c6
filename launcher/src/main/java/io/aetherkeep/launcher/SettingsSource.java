package io.aetherkeep.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The texts of all settings: the defaults, a file's over them, the environment's over both. */
final class SettingsSource {

  /** The space whose defaults a space of one's own starts from. */
  private static final String MODEL_SPACE = "spaces.aethercast.";

  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final Set<String> spaces = new LinkedHashSet<>();
  private final List<String> problems = new ArrayList<>();

  private SettingsSource(Map<String, Setting> defaults) {
    defaults.forEach(
        (path, setting) -> settings.put(path, new Setting(path, setting.text(), Setting.DEFAULT)));
    defaults.keySet().stream().filter(SettingsSource::isOfSpace).forEach(this::addSpaceOf);
  }

  static SettingsSource of(@Nullable Path file, Map<String, String> environment) {
    SettingsSource source = new SettingsSource(defaults());
    if (file != null) {
      source.overlay(file);
    }
    source.overlay(environment);
    return source;
  }

  static Map<String, Setting> defaults() {
    try (InputStream in = SettingsSource.class.getResourceAsStream("/aetherkeep.yaml")) {
      return YamlText.read(
          new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8),
          "aetherkeep.yaml",
          new ArrayList<>());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void overlay(Path file) {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      YamlText.read(reader, file.toString(), problems).values().forEach(this::overlay);
    } catch (IOException e) {
      problems.add(file + ": cannot be read: " + e.getClass().getSimpleName());
    }
  }

  private void overlay(Setting setting) {
    String path = setting.path();
    if (isSpace(path) && (setting.text().equals(Setting.NOTHING) || isFalse(setting))) {
      spaces.remove(path.substring("spaces.".length()));
      settings.keySet().removeIf(known -> known.startsWith(path + "."));
    } else if (isOfSpace(path) && isKnownOfSpace(path)) {
      addSpaceOf(path);
      settings.put(path, setting);
    } else if (settings.containsKey(path)) {
      settings.put(path, setting);
    } else {
      problems.add(
          setting.source() + ": there is no setting " + path + "; " + Spelling.near(path, known()));
    }
  }

  private static boolean isFalse(Setting setting) {
    return setting.text().equals("false");
  }

  private void overlay(Map<String, String> environment) {
    for (String path : List.copyOf(known())) {
      String value = environment.get(Setting.variable(path));
      if (value != null) {
        settings.put(path, new Setting(path, value, Setting.variable(path)));
      }
    }
  }

  private static boolean isSpace(String path) {
    return path.matches("spaces\\.[^.]+");
  }

  private static boolean isOfSpace(String path) {
    return path.matches("spaces\\.[^.]+\\..+");
  }

  private boolean isKnownOfSpace(String path) {
    String rest = path.split("\\.", 3)[2];
    return rest.matches("ttl\\.[^.]+") || defaults().containsKey(MODEL_SPACE + rest);
  }

  /** A space of one's own has what the model has, but for what makes it a space of its own. */
  private void addSpaceOf(String path) {
    String name = path.split("\\.", 3)[1];
    if (!spaces.add(name)) {
      return;
    }
    defaults().values().stream()
        .filter(setting -> setting.path().startsWith(MODEL_SPACE))
        .map(setting -> setting.path().substring(MODEL_SPACE.length()))
        .forEach(
            rest ->
                settings.computeIfAbsent(
                    "spaces." + name + "." + rest,
                    fresh ->
                        new Setting(
                            fresh,
                            Objects.requireNonNull(defaults().get(MODEL_SPACE + rest)).text(),
                            Setting.DEFAULT)));
  }

  private Set<String> known() {
    return settings.keySet();
  }

  Setting get(String path) {
    return Objects.requireNonNull(settings.get(path), path);
  }

  Set<String> spaces() {
    return spaces;
  }

  /** The settings below a path. */
  List<Setting> below(String path) {
    return settings.values().stream().filter(s -> s.path().startsWith(path)).toList();
  }

  List<Setting> all() {
    return List.copyOf(settings.values());
  }

  List<String> problems() {
    return problems;
  }
}
