package io.aetherkeep.launcher;

import static java.time.Duration.ofMillis;

import io.aetherkeep.health.HealthSettings;
import io.aetherkeep.health.ProviderRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The rules of providers: the usual ones, and those of each that is named under its space. */
final class ProviderSettings {

  private static final String USUAL = "providers.";

  private static final Set<String> NAMES =
      new TreeSet<>(
          List.of(
              "group",
              "failures-in-a-row",
              "least-requests",
              "degraded-below-percent",
              "disabled-below-percent",
              "degraded-above",
              "room-percent",
              "cool-down",
              "longest-cool-down",
              "trial-requests"));

  private final SettingsReader reader;
  private final SettingsSource source;

  private ProviderSettings(SettingsReader reader, SettingsSource source) {
    this.reader = reader;
    this.source = source;
  }

  static HealthSettings read(SettingsReader reader, SettingsSource source) {
    ProviderSettings settings = new ProviderSettings(reader, source);
    Map<String, Map<String, ProviderRules>> own = new LinkedHashMap<>();
    for (String space : source.spaces()) {
      own.put(space, settings.ofSpace("spaces." + space + ".providers."));
    }
    return new HealthSettings(
        reader.duration("health.sweep-every", ofMillis(10)), settings.rules(USUAL), own);
  }

  private Map<String, ProviderRules> ofSpace(String path) {
    Map<String, ProviderRules> own = new LinkedHashMap<>();
    for (Setting setting : source.below(path)) {
      int end = setting.path().lastIndexOf('.');
      String name = setting.path().substring(end + 1);
      if (!NAMES.contains(name)) {
        reader.problem(
            "%s (%s): a provider has no such setting; %s"
                .formatted(setting.path(), setting.source(), Spelling.near(name, NAMES)));
      } else {
        own.computeIfAbsent(
            setting.path().substring(path.length(), end), id -> rules(path + id + "."));
      }
    }
    return own;
  }

  private ProviderRules rules(String path) {
    String group = source.get(path(path, "group")).text();
    ProviderRules rules =
        new ProviderRules(
            group.isEmpty() ? null : group,
            reader.number(path(path, "failures-in-a-row"), 1, 1000),
            reader.number(path(path, "least-requests"), 1, 1_000_000),
            reader.number(path(path, "degraded-below-percent"), 0, 100) / 100.0,
            reader.number(path(path, "disabled-below-percent"), 0, 100) / 100.0,
            reader.duration(path(path, "degraded-above"), ofMillis(1)),
            reader.number(path(path, "room-percent"), 0, 50) / 100.0,
            reader.duration(path(path, "cool-down"), ofMillis(100)),
            reader.duration(path(path, "longest-cool-down"), ofMillis(100)),
            reader.number(path(path, "trial-requests"), 1, 1000));
    if (rules.disabledBelow() > rules.degradedBelow()) {
      reader.problem(
          path + "disabled-below-percent: it is disabled before it is degraded; give it less");
    }
    if (rules.longestCoolDown().compareTo(rules.coolDown()) < 0) {
      reader.problem(path + "longest-cool-down: it is shorter than cool-down");
    }
    return rules;
  }

  private String path(String own, String name) {
    return source.has(own + name) ? own + name : USUAL + name;
  }
}
