package io.aetherkeep.health.settings;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * When a provider's status changes by what its callers report.
 *
 * @param group of which never all are disabled by such reports; none for a provider by itself
 * @param failuresInARow so many disable it
 * @param leastRequests below so many in 15 minutes a rate says nothing
 * @param degradedBelow the success rate
 * @param disabledBelow the success rate
 * @param degradedAbove the average latency
 * @param room how far beyond a threshold it must be to be well again, so that it does not flap
 * @param coolDown for how long it is disabled the first time, then twice as long each time
 * @param longestCoolDown up to which
 * @param trialRequests so many must succeed before it is trusted again
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
    int trialRequests) {

  /** The usual rules. */
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
        3);
  }

  /** As the script takes them. */
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
