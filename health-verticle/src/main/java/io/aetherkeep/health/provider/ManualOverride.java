package io.aetherkeep.health.provider;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.ProviderAsks.DisableProvider;
import io.aetherkeep.catalogue.ProviderAsks.EnableProvider;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.WriteProvider;
import io.aetherkeep.health.store.ProviderStore;
import io.aetherkeep.health.store.ProviderStore.Decision;
import io.aetherkeep.health.store.ProviderStore.Outright;
import io.aetherkeep.health.store.ProviderStore.What;
import io.aetherkeep.keyspace.PerSpace;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Manual override of a provider's status: an operator's decision wins over reported outcomes. */
public final class ManualOverride {

  private static final int LONGEST_TEXT = 500;
  private static final long LONGEST_LATENCY = Duration.ofDays(1).toMillis();
  private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();

  private final PerSpace<ProviderStore> stores;
  private final ProviderGroups groups;
  private final Providers providers;

  public ManualOverride(
      PerSpace<ProviderStore> stores, ProviderGroups groups, Providers providers) {
    this.stores = stores;
    this.groups = groups;
    this.providers = providers;
  }

  public Future<ProviderHealth> write(WriteProvider ask) {
    String id = Providers.checked(ask.id());
    double rate = ask.successRate() == null ? 1 : ask.successRate();
    double latency = ask.avgLatency() == null ? 0 : ask.avgLatency();
    if (!(rate >= 0 && rate <= 1) || !(latency >= 0 && latency <= LONGEST_LATENCY)) {
      throw Failure.of(
          Code.INVALID_BODY,
          "'successRate' must be from 0 to 1, and 'avgLatency' in ms at least 0");
    }
    requireTime(ask.lastFailure());
    Outright record = new Outright(ask.status(), rate, latency, ask.lastFailure());
    return decide(ask.space(), id, new Decision(What.SET, 0, "set outright", record));
  }

  private static void requireTime(@Nullable String time) {
    try {
      if (time != null) {
        OffsetDateTime.parse(time);
      }
    } catch (DateTimeParseException e) {
      throw Failure.of(Code.INVALID_BODY, "'lastFailure' must be an ISO-8601 time with a zone");
    }
  }

  public Future<ProviderHealth> disable(DisableProvider ask) {
    String id = Providers.checked(ask.id());
    if (ask.reason().isBlank()) {
      throw Failure.of(Code.INVALID_BODY, "'reason' must not be empty");
    }
    return decide(
        ask.space(),
        id,
        new Decision(What.DISABLED, millis(ask.forSeconds()), reason(ask.reason()), null));
  }

  public Future<ProviderHealth> enable(EnableProvider ask) {
    String id = Providers.checked(ask.id());
    String reason = ask.reason() == null ? "enabled by hand" : reason(ask.reason());
    return decide(
        ask.space(), id, new Decision(What.ENABLED, millis(ask.forSeconds()), reason, null));
  }

  private static String reason(String reason) {
    if (reason.length() > LONGEST_TEXT) {
      throw Failure.of(
          Code.INVALID_BODY, "'reason' must have at most " + LONGEST_TEXT + " characters");
    }
    return reason;
  }

  private static long millis(@Nullable Long seconds) {
    if (seconds == null) {
      return 0;
    }
    if (seconds < 1 || seconds > LONGEST_SECONDS) {
      throw Failure.of(
          Code.INVALID_BODY, "'forSeconds' must be a whole number from 1 to " + LONGEST_SECONDS);
    }
    return seconds * 1000;
  }

  private Future<ProviderHealth> decide(String space, String id, Decision decision) {
    return stores
        .of(space)
        .decide(id, decision)
        .compose(judged -> groups.placed(space, id, judged))
        .compose(judged -> providers.settled(space, id, judged, Long.MAX_VALUE));
  }
}
