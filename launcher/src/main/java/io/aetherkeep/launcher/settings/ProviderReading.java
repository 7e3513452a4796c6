package io.aetherkeep.launcher.settings;

import static java.time.Duration.ofMillis;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reader of the rules of providers: the defaults, and those of single providers of a space. */
final class ProviderReading {

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
              "trial-requests",
              "requests-a-minute",
              "tokens-a-minute"));

  private final SettingsReader reader;
  private final SettingsSource source;

  private ProviderReading(SettingsReader reader, SettingsSource source) {
    this.reader = reader;
    this.source = source;
  }

  static HealthSettings read(SettingsReader reader, SettingsSource source) {
    ProviderReading settings = new ProviderReading(reader, source);
    ProviderRules usual = settings.rules(USUAL, ProviderRules.usual());
    Map<String, Map<String, ProviderRules>> own = new LinkedHashMap<>();
    for (String space : source.spaces()) {
      own.put(space, settings.ofSpace("spaces." + space + ".providers.", usual));
    }
    return new HealthSettings(reader.duration("health.sweep-every", ofMillis(10)), usual, own);
  }

  private Map<String, ProviderRules> ofSpace(String path, ProviderRules usual) {
    Map<String, ProviderRules> own = new LinkedHashMap<>();
    for (Setting setting : source.below(path)) {
      int end = setting.path().lastIndexOf('.');
      String name = setting.path().substring(end + 1);
      String id = setting.path().substring(path.length(), end);
      if (NAMES.contains(name)) {
        if (!own.containsKey(id)) {
          requireKey(setting, () -> Keyspaces.PROVIDERS.key(id));
          own.put(id, rules(path + id + ".", usual));
        }
      } else if (!setting.text().equals(Setting.EMPTY_SECTION)) {
        reader.problem(
            "%s (%s): providers have no such setting; %s"
                .formatted(setting.path(), setting.source(), Spelling.near(name, NAMES)));
      }
    }
    return own;
  }

  /** Reports a text that is not valid in a key. */
  private void requireKey(Setting setting, Runnable key) {
    try {
      key.run();
    } catch (Failure e) {
      reader.problem("%s (%s): %s".formatted(setting.path(), setting.source(), e.detail()));
    }
  }

  /** The rules below a path; missing settings have the default value. */
  private ProviderRules rules(String path, ProviderRules usual) {
    ProviderRules rules =
        new ProviderRules(
            group(path, usual.group()),
            number(path, "failures-in-a-row", 1, 1000, usual.failuresInARow()),
            number(path, "least-requests", 1, 1_000_000, usual.leastRequests()),
            percent(path, "degraded-below-percent", 100, usual.degradedBelow()),
            percent(path, "disabled-below-percent", 100, usual.disabledBelow()),
            duration(path, "degraded-above", 1, usual.degradedAbove()),
            percent(path, "room-percent", 50, usual.room()),
            duration(path, "cool-down", 100, usual.coolDown()),
            duration(path, "longest-cool-down", 100, usual.longestCoolDown()),
            number(path, "trial-requests", 1, 1000, usual.trialRequests()),
            number(path, "requests-a-minute", 0, 1_000_000, usual.requestsAMinute()),
            number(path, "tokens-a-minute", 0, 999_999_999, usual.tokensAMinute()));
    if (areSetAndValid(path, "degraded-below-percent", "disabled-below-percent")
        && rules.disabledBelow() > rules.degradedBelow()) {
      reader.problem(path + "disabled-below-percent: must not exceed degraded-below-percent");
    }
    if (areSetAndValid(path, "cool-down", "longest-cool-down")
        && rules.longestCoolDown().compareTo(rules.coolDown()) < 0) {
      reader.problem(path + "longest-cool-down: must not be shorter than cool-down");
    }
    return rules;
  }

  private boolean areSetAndValid(String path, String one, String other) {
    return (source.has(path + one) || source.has(path + other))
        && reader.isSound(path + one)
        && reader.isSound(path + other);
  }

  private @Nullable String group(String path, @Nullable String usual) {
    if (!source.has(path + "group")) {
      return usual;
    }
    Setting group = source.get(path + "group");
    if (group.text().isEmpty()) {
      return null;
    }
    requireKey(group, () -> Keyspaces.PROVIDER_GROUPS.key(group.text()));
    return group.text();
  }

  private int number(String path, String name, int least, int most, int usual) {
    return source.has(path + name) ? reader.number(path + name, least, most) : usual;
  }

  private double percent(String path, String name, int most, double usual) {
    return source.has(path + name) ? reader.number(path + name, 0, most) / 100.0 : usual;
  }

  private Duration duration(String path, String name, long leastMillis, Duration usual) {
    return source.has(path + name) ? reader.duration(path + name, ofMillis(leastMillis)) : usual;
  }
}
