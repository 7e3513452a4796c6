package io.aetherkeep.health.provider;

import io.aetherkeep.catalogue.HealthAsks.ProviderHealth;
import io.aetherkeep.catalogue.HealthAsks.Status;
import io.aetherkeep.health.provider.ProviderStore.Known;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A provider as it is shown, and which of two is to be called first. */
final class ProviderView {

  /** The healthy first, of these the one that a success takes the least time from. */
  static final Comparator<ProviderHealth> BEST_FIRST =
      Comparator.comparing(ProviderHealth::status)
          .thenComparing(ProviderHealth::trial)
          .thenComparingDouble(ProviderView::timeASuccess)
          .thenComparing(ProviderHealth::providerId);

  private ProviderView() {}

  /** A failed call is made again, elsewhere or here; one that never succeeds takes for ever. */
  private static double timeASuccess(ProviderHealth provider) {
    return Math.max(1, provider.avgLatency()) / Math.max(0.001, provider.successRate());
  }

  static ProviderHealth of(String id, Known known, @Nullable String group) {
    Map<String, String> record = known.record();
    Map<String, String> fields = known.window();
    OutcomeWindow window = OutcomeWindow.of(fields, known.now());
    boolean foreign = known.isForeign() && !isOwnDecision(fields);
    boolean set = foreign && status(record.get("status")) != Status.HEALTHY;
    long until = foreign ? untilExpiry(known, set) : (long) number(fields.get("until"), 0);
    return new ProviderHealth(
        id,
        status(record.get("status")),
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
        foreign ? set : fields.containsKey("hand"),
        until > known.now() ? RedisProviders.iso(Instant.ofEpochMilli(until)) : null,
        !foreign && number(fields.get("trial"), 0) > 0,
        null);
  }

  /** A decision that was made here stays, whatever other services write. */
  private static boolean isOwnDecision(Map<String, String> window) {
    String hand = window.get("hand");
    return "disabled".equals(hand) || "enabled".equals(hand);
  }

  private static long untilExpiry(Known known, boolean set) {
    return set && known.leftMillis() > 0 ? known.now() + known.leftMillis() : 0;
  }

  /** Another service may write any word; what is not one of the two others is healthy. */
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
