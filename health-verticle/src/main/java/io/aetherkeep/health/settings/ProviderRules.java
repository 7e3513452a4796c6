package io.aetherkeep.health.settings;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Thresholds at which reported outcomes change a provider's status.
 *
 * @param group outcomes never disable all members of a group; null for a provider without one
 * @param failuresInARow the number of consecutive failures that disables it
 * @param leastRequests the minimum number of requests in 15 minutes for a rate to count
 * @param degradedBelow the success rate below which it is degraded
 * @param disabledBelow the success rate below which it is disabled
 * @param degradedAbove the average latency above which it is degraded
 * @param room hysteresis: how far beyond a threshold it must be to recover
 * @param coolDown how long it is disabled the first time; doubles each time
 * @param longestCoolDown the limit of the cool-down
 * @param trialRequests the number of requests that must succeed before it is healthy again
 * @param requestsAMinute limit of the calls that all callers lease in a minute; 0 for no limit
 * @param tokensAMinute limit of the tokens that they reserve in a minute; 0 for no limit
 */
public record ProviderRules(
    @Nullable String group,
    int failuresInARow,
    int leastRequests,
    double degradedBelow,
    double disabledBelow,
    Duration degradedAbove,
    double room,
    Duration coolDown,
    Duration longestCoolDown,
    int trialRequests,
    int requestsAMinute,
    int tokensAMinute) {

  /** Returns the defaults. */
  public static ProviderRules usual() {
    return new ProviderRules(
        null,
        5,
        20,
        0.9,
        0.5,
        Duration.ofSeconds(30),
        0.03,
        Duration.ofSeconds(30),
        Duration.ofMinutes(10),
        3,
        0,
        0);
  }

  /** Encodes the rules for the script. */
  public String json() {
    return String.format(
        Locale.ROOT,
        "{\"row\":%d,\"least\":%d,\"low\":%f,\"floor\":%f,\"slow\":%d,\"room\":%f,"
            + "\"cooldown\":%d,\"longest\":%d,\"trial\":%d}",
        failuresInARow,
        leastRequests,
        degradedBelow,
        disabledBelow,
        degradedAbove.toMillis(),
        room,
        coolDown.toMillis(),
        longestCoolDown.toMillis(),
        trialRequests);
  }
}
