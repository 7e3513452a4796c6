package io.aetherkeep.health.provider;

import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.health.store.IsoTime;
import io.aetherkeep.health.store.ProviderStore.Known;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** View of a provider for clients, and the order in which to call providers. */
final class ProviderView {

  /** Orders by status, then by the expected time of a successful call. */
  static final Comparator<ProviderHealth> BEST_FIRST =
      Comparator.comparing(ProviderHealth::status)
          .thenComparing(ProviderHealth::trial)
          .thenComparingDouble(ProviderView::timeASuccess)
          .thenComparing(ProviderHealth::providerId);

  private ProviderView() {}

  /** Expected time of a success: a failed call is repeated, here or elsewhere. */
  private static double timeASuccess(ProviderHealth provider) {
    return Math.max(1, provider.avgLatency()) / Math.max(0.001, provider.successRate());
  }

  static ProviderHealth of(String id, Known known, @Nullable String group) {
    Map<String, String> record = known.record();
    Map<String, String> fields = known.window();
    OutcomeWindow window = OutcomeWindow.of(fields, known.now());
    boolean own = isOwnDecision(fields);
    boolean foreign = known.isForeign() && !own;
    Status status = status(own ? fields.get("state") : record.get("status"));
    boolean set = foreign && status != Status.HEALTHY;
    long until = foreign ? untilExpiry(known, set) : (long) number(fields.get("until"), 0);
    return new ProviderHealth(
        id,
        status,
        number(record.get("successRate"), 1),
        number(record.get("avgLatency"), 0),
        record.get("lastFailure"),
        fields.get("error"),
        window.requests(),
        (long) number(fields.get("row"), 0),
        window.percentile(0.5),
        window.percentile(0.95),
        window.percentile(0.99),
        group,
        foreign ? "set by another service" : fields.get("why"),
        foreign ? set : fields.containsKey("hand") && !isRetryAfterActive(fields),
        until > known.now() ? IsoTime.format(Instant.ofEpochMilli(until)) : null,
        !foreign && number(fields.get("trial"), 0) > 0,
        null);
  }

  /**
   * Whether a manual override or a {@code Retry-After} is in force, which other services' writes do
   * not end.
   */
  private static boolean isOwnDecision(Map<String, String> window) {
    String override = window.get("hand");
    return "disabled".equals(override) || "enabled".equals(override) || isRetryAfterActive(window);
  }

  /** Whether its {@code Retry-After} still runs. */
  private static boolean isRetryAfterActive(Map<String, String> window) {
    return "rest".equals(window.get("hand"));
  }

  private static long untilExpiry(Known known, boolean set) {
    return set && known.leftMillis() > 0 ? known.now() + known.leftMillis() : 0;
  }

  /** Parses a status; unknown words, which other services may write, count as healthy. */
  private static Status status(@Nullable String word) {
    for (Status status : Status.values()) {
      if (status.word().equals(word)) {
        return status;
      }
    }
    return Status.HEALTHY;
  }

  private static double number(@Nullable String text, double otherwise) {
    try {
      double number = text == null ? otherwise : Double.parseDouble(text);
      return Double.isFinite(number) ? number : otherwise;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }
}
