package io.aetherkeep.health.settings;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Settings of the health verticle.
 *
 * @param sweepEvery interval of checks for temporary statuses that have ended
 * @param usual the rules of a provider without rules of its own
 * @param own the rules of providers that have their own, by space and id
 */
public record HealthSettings(
    Duration sweepEvery, ProviderRules usual, Map<String, Map<String, ProviderRules>> own) {

  public HealthSettings {
    own = Map.copyOf(own);
  }

  /** Returns the defaults. */
  public static HealthSettings defaultSettings() {
    return new HealthSettings(Duration.ofSeconds(1), ProviderRules.usual(), Map.of());
  }

  public ProviderRules rules(String space, String id) {
    return own.getOrDefault(space, Map.of()).getOrDefault(id, usual);
  }

  /** Returns the configured providers of a group. */
  public List<String> members(String space, String group) {
    return own.getOrDefault(space, Map.of()).entrySet().stream()
        .filter(provider -> group.equals(provider.getValue().group()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns the configured providers and those in the list. */
  public List<String> known(String space, List<String> observed) {
    return List.copyOf(
        new TreeSet<>(
            Stream.concat(own.getOrDefault(space, Map.of()).keySet().stream(), observed.stream())
                .toList()));
  }
}
