package io.aetherkeep.launcher.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Layered source of settings: the environment overrides the file, and the file the defaults. */
public final class SettingsSource {

  /** Space whose defaults a new space starts from. */
  private static final String MODEL_SPACE = "spaces.aethercast.";

  /** Pattern of the section of a space's own keyspace. */
  private static final String KEYSPACE = "spaces\\.[^.]+\\.keyspaces\\.[^.]+";

  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final Map<String, Setting> model = new LinkedHashMap<>();
  private final Set<String> spaces = new LinkedHashSet<>();
  private final List<String> problems = new ArrayList<>();

  private SettingsSource() {
    for (Setting setting : defaults().values()) {
      String path = setting.path();
      settings.put(path, new Setting(path, setting.text(), Setting.DEFAULT));
      if (path.startsWith(MODEL_SPACE)) {
        model.put(path.substring(MODEL_SPACE.length()), setting);
      }
    }
    settings.keySet().stream().filter(SettingsSource::isOfSpace).forEach(p -> spaces.add(space(p)));
  }

  public static SettingsSource of(@Nullable Path file, Map<String, String> environment) {
    SettingsSource source = new SettingsSource();
    if (file != null) {
      source.overlay(file);
    }
    source.overlay(environment);
    return source;
  }

  public static Map<String, Setting> defaults() {
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
    } catch (NoSuchFileException e) {
      problems.add(file + ": there is no such file");
    } catch (IOException e) {
      problems.add(file + ": cannot be read: " + e.getMessage());
    }
  }

  private void overlay(Setting setting) {
    String path = setting.path();
    if (isSpace(path)) {
      overlaySpace(setting);
      return;
    }
    if (isOfSpace(path)) {
      addSpace(space(path));
    }
    if (path.matches(KEYSPACE + "(\\..+)?")) {
      addKeyspace(path);
    }
    if (settings.containsKey(path)
        || isByKeyspace(path)
        || isEndWords(path)
        || isOfProvider(path)) {
      settings.put(path, setting);
    } else if (!isSection(path)) {
      problems.add(
          "%s (%s): there is no such setting; %s"
              .formatted(path, setting.source(), Spelling.near(path, settings.keySet())));
    } else if (!isEmpty(setting)) {
      problems.add(
          "%s (%s): takes settings below it, not a value".formatted(path, setting.source()));
    }
  }

  private static boolean isEmpty(Setting setting) {
    return setting.text().isEmpty() || setting.text().equals(Setting.EMPTY_SECTION);
  }

  /** Adds all settings of a declared keyspace, so that the environment can set each. */
  private void addKeyspace(String path) {
    String[] names = path.split("\\.", 5);
    String keyspace = String.join(".", List.of(names).subList(0, 4));
    KeyspaceReading.DEFAULTS.forEach(
        (name, text) -> {
          String setting = keyspace + "." + name;
          settings.putIfAbsent(setting, new Setting(setting, text, Setting.DEFAULT));
        });
  }

  private void overlaySpace(Setting setting) {
    String path = setting.path();
    String name = space(path + ".");
    if (setting.text().equals(Setting.EMPTY_SECTION)) {
      addSpace(name);
    } else if (!setting.text().isEmpty() && !setting.text().equals("false")) {
      problems.add(
          "%s (%s): takes settings below it, or false to have no such space"
              .formatted(path, setting.source()));
    } else if (spaces.remove(name)) {
      settings.keySet().removeIf(known -> known.startsWith(path + "."));
      settings.put(path, new Setting(path, "false", setting.source()));
    } else {
      problems.add("%s (%s): there is no such space to remove".formatted(path, setting.source()));
    }
  }

  /** Variables that are no settings, and that other parts read. */
  private static final Set<String> OTHER_VARIABLES =
      Set.of(
          "AETHERKEEP_LOG_FORMAT",
          "AETHERKEEP_CLASSPATH",
          "AETHERKEEP_CLASS_ARCHIVE",
          "AETHERKEEP_URL",
          "AETHERKEEP_SPACE",
          "AETHERKEEP_KEY",
          "AETHERKEEP_KEY_FILE",
          "AETHERKEEP_CA_FILE");

  /** Whether a container platform set the variable, for services whose names begin with ours. */
  private static boolean isOfPlatform(String name, String text) {
    return name.matches("AETHERKEEP_(.+_)?SERVICE_(HOST|PORT(_.+)?)")
        || name.matches("AETHERKEEP_(.+_)?PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?")
        || (name.matches("AETHERKEEP_(.+_)?PORT") && text.matches("(tcp|udp|sctp)://.*"));
  }

  private void requireKnown(Map<String, String> environment, Set<String> known) {
    new TreeMap<>(environment)
        .forEach(
            (name, text) -> {
              if (name.startsWith("AETHERKEEP_")
                  && !known.contains(name)
                  && !OTHER_VARIABLES.contains(name)
                  && !isOfPlatform(name, text)) {
                problems.add(
                    "%s (environment): there is no such setting; %s"
                        .formatted(name, Spelling.near(name, known)));
              }
            });
  }

  private void overlay(Map<String, String> environment) {
    Map<String, String> paths = new LinkedHashMap<>();
    settings.keySet().stream()
        .filter(path -> !isSpace(path))
        .forEach(path -> paths.put(Setting.variable(path), path));
    for (String space : spaces) {
      for (String keyspace : SpaceSettings.KEYSPACES_WITH_LIFETIME) {
        String path = "spaces." + space + ".ttl." + keyspace;
        paths.put(Setting.variable(path), path);
      }
      for (String words : SpaceSettings.END_WORDS) {
        String path = "spaces." + space + ".ends." + words;
        paths.put(Setting.variable(path), path);
      }
      for (String keyspace : CacheReading.KEYSPACES_WITH_ORIGIN) {
        String path = "spaces." + space + ".origins." + keyspace;
        paths.put(Setting.variable(path), path);
      }
    }
    requireKnown(environment, paths.keySet());
    paths.forEach(
        (name, path) -> {
          String text = environment.get(name);
          if (text != null) {
            settings.put(path, new Setting(path, text, name));
          }
        });
  }

  private static boolean isSpace(String path) {
    return path.matches("spaces\\.[^.]+");
  }

  private static boolean isOfSpace(String path) {
    return path.matches("spaces\\.[^.]+\\..+");
  }

  private static boolean isByKeyspace(String path) {
    return path.matches("spaces\\.[^.]+\\.(ttl|origins)\\.[^.]+");
  }

  private static boolean isEndWords(String path) {
    return path.matches("spaces\\.[^.]+\\.ends\\..+")
        && SpaceSettings.END_WORDS.contains(path.split("\\.", 4)[3]);
  }

  /** Whether it is a provider's or a webhook's setting; a provider's id may contain dots. */
  private static boolean isOfProvider(String path) {
    return path.matches("spaces\\.[^.]+\\.(providers|webhooks)\\..+\\.[^.]+");
  }

  private boolean isSection(String path) {
    return path.matches(
            "spaces(\\.[^.]+\\.(ttl|origins|ends(\\.[^.]+)?|(providers|webhooks)(\\.[^.]+)?|keyspaces(\\.[^.]+)?))?")
        || settings.keySet().stream().anyMatch(known -> known.startsWith(path + "."));
  }

  private static String space(String path) {
    return path.split("\\.", 3)[1];
  }

  /** Adds a space with the defaults of the model space. */
  private void addSpace(String name) {
    if (spaces.add(name)) {
      settings.remove("spaces." + name);
      model.forEach(
          (rest, setting) -> {
            String path = "spaces." + name + "." + rest;
            settings.put(path, new Setting(path, setting.text(), Setting.DEFAULT));
          });
    }
  }

  public Setting get(String path) {
    return Objects.requireNonNull(settings.get(path), path);
  }

  boolean has(String path) {
    return settings.containsKey(path);
  }

  public Set<String> spaces() {
    return spaces;
  }

  /** The settings below a path. */
  List<Setting> below(String path) {
    return settings.values().stream().filter(s -> s.path().startsWith(path)).toList();
  }

  /** The settings of some paths as {@code path = value}, without passwords. */
  public List<String> shown(List<String> paths) {
    return paths.stream()
        .map(path -> path + " = " + (has(path) ? get(path).shown() : "default"))
        .toList();
  }

  List<Setting> all() {
    return List.copyOf(settings.values());
  }

  public List<String> problems() {
    return problems;
  }
}
