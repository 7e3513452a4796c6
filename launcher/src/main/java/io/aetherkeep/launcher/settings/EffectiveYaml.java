package io.aetherkeep.launcher.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writer of the effective settings as a file for --config, each line with its source. */
public final class EffectiveYaml {

  private static final Pattern PLAIN = Pattern.compile("[\\w./]([\\w./:@*-]*[\\w/])?");
  private static final Pattern OF_PROVIDER =
      Pattern.compile("spaces\\.([^.]+)\\.providers\\.(.+)\\.([^.]+)");
  private static final int COMMENT_COLUMN = 42;

  private final List<String> lines = new ArrayList<>();

  private EffectiveYaml() {}

  public static List<String> of(SettingsSource source) {
    Map<String, Object> tree = new LinkedHashMap<>();
    source.all().forEach(setting -> put(tree, setting));
    EffectiveYaml yaml = new EffectiveYaml();
    yaml.write(tree, "");
    return List.copyOf(yaml.lines);
  }

  /** Adds a setting to its section, so that sections stay together in any order of input. */
  private static void put(Map<String, Object> tree, Setting setting) {
    List<String> names = names(setting.path());
    Map<String, Object> section = tree;
    for (String name : names.subList(0, names.size() - 1)) {
      @SuppressWarnings("unchecked") // other keys are sections
      Map<String, Object> below =
          (Map<String, Object>) section.computeIfAbsent(name, n -> new LinkedHashMap<>());
      section = below;
    }
    section.put(names.get(names.size() - 1), setting);
  }

  /** Splits a path; a provider's id may contain dots. */
  private static List<String> names(String path) {
    Matcher ofProvider = OF_PROVIDER.matcher(path);
    return ofProvider.matches()
        ? List.of(
            "spaces", ofProvider.group(1), "providers", ofProvider.group(2), ofProvider.group(3))
        : List.of(path.split("\\.", -1));
  }

  private void write(Map<?, ?> section, String indent) {
    section.forEach(
        (name, value) -> {
          if (value instanceof Setting setting) {
            String line = indent + quoted(name.toString()) + ": " + quoted(setting.shown());
            String gap = " ".repeat(Math.max(2, COMMENT_COLUMN - line.length()));
            lines.add(line + gap + "# " + setting.source());
          } else if (value instanceof Map<?, ?> below) {
            lines.add(indent + quoted(name.toString()) + ":");
            write(below, indent + "  ");
          }
        });
  }

  private static String quoted(String text) {
    if (PLAIN.matcher(text).matches()) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (Character.isISOControl(c)) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
