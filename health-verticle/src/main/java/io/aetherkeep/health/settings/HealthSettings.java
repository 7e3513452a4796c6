package io.aetherkeep.health.settings;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the health verticle needs to know.
 *
 * @param sweepEvery how often it is looked whether a provider's time is over
 * @param usual the rules of a provider that has none of its own
 * @param own the rules of those that have, by space and id
 */
public record HealthSettings(
    Duration sweepEvery, ProviderRules usual, Map<String, Map<String, ProviderRules>> own) {

  public HealthSettings {
    own = Map.copyOf(own);
  }

  /** The usual settings. */
  public static HealthSettings usualOnes() {
    return new HealthSettings(Duration.ofSeconds(1), ProviderRules.usual(), Map.of());
  }

  public ProviderRules rules(String space, String id) {
    return own.getOrDefault(space, Map.of()).getOrDefault(id, usual);
  }

  /** The providers of a group that the settings name. */
  public List<String> members(String space, String group) {
    return own.getOrDefault(space, Map.of()).entrySet().stream()
        .filter(provider -> group.equals(provider.getValue().group()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** All that the settings name, and others that were heard of. */
  public List<String> known(String space, List<String> heard) {
    return List.copyOf(
        new TreeSet<>(
            Stream.concat(own.getOrDefault(space, Map.of()).keySet().stream(), heard.stream())
                .toList()));
  }
}
