package io.aetherkeep.health.provider;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.HealthAsks.LeaseProvider;
import io.aetherkeep.catalogue.HealthAsks.ListProviders;
import io.aetherkeep.catalogue.HealthAsks.ProviderHealth;
import io.aetherkeep.catalogue.HealthAsks.ProviderLease;
import io.aetherkeep.catalogue.HealthAsks.Status;
import io.aetherkeep.health.provider.ProviderStore.Reservation;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Leases of calls: of a group's providers the best one that is not in a cool-down and has room
 * under the limits that all callers share.
 */
public final class ProviderLeases {

  /** How long a caller may take until it calls. */
  private static final Duration CALLED_WITHIN = Duration.ofSeconds(5);

  /** Providers count by the minute in which a call arrives. */
  private static final Duration COUNTED = CALLED_WITHIN.plusMinutes(1);

  private static final long MOST_TOKENS = 100_000_000;

  private final Providers providers;
  private final ProviderLists lists;
  private final HealthSettings settings;

  public ProviderLeases(Providers providers, ProviderLists lists, HealthSettings settings) {
    this.providers = providers;
    this.lists = lists;
    this.settings = settings;
  }

  public Future<ProviderLease> lease(LeaseProvider ask) {
    long tokens = ask.estimatedTokens() == null ? 0 : ask.estimatedTokens();
    if (tokens < 0 || tokens > MOST_TOKENS) {
      throw Failure.of(
          Code.INVALID_BODY, "'estimatedTokens' is a whole number from 0 to " + MOST_TOKENS);
    }
    ProviderStore store = providers.store(ask.space());
    List<String> members = settings.members(ask.space(), ask.group());
    if (members.isEmpty()) {
      throw Failure.of(Code.PROVIDER_UNKNOWN, "The settings put no provider in this group");
    }
    return lists
        .list(new ListProviders(ask.space(), ask.group()))
        .map(list -> ordered(list.items(), members))
        .compose(ids -> first(store, ask.space(), ids, 0, tokens, 3_600_000));
  }

  /** The known ones, the best first; behind them those of which nothing is known yet. */
  private static List<String> ordered(List<ProviderHealth> known, List<String> members) {
    List<String> best =
        known.stream()
            .filter(provider -> provider.status() != Status.DISABLED)
            .map(ProviderHealth::providerId)
            .toList();
    List<String> all = known.stream().map(ProviderHealth::providerId).toList();
    return Stream.of(best.stream(), members.stream().filter(id -> !all.contains(id)), all.stream())
        .flatMap(ids -> ids)
        .distinct()
        .toList();
  }

  private Future<ProviderLease> first(
      ProviderStore store, String space, List<String> ids, int at, long tokens, long waitMillis) {
    if (at == ids.size()) {
      return Future.failedFuture(full(waitMillis));
    }
    String id = ids.get(at);
    ProviderRules rules = settings.rules(space, id);
    String lease = UUID.randomUUID().toString();
    return store
        .reserve(id, rules, lease, tokens, COUNTED)
        .compose(
            reservation ->
                reservation.granted()
                    ? Future.succeededFuture(granted(store, id, lease, ids, reservation))
                    : first(
                        store,
                        space,
                        ids,
                        at + 1,
                        tokens,
                        Math.min(waitMillis, reservation.waitMillis())));
  }

  private static ProviderLease granted(
      ProviderStore store, String id, String lease, List<String> ids, Reservation reservation) {
    Optional<String> other = ids.stream().filter(next -> !next.equals(id)).findFirst();
    return new ProviderLease(
        lease,
        id,
        reservation.hedgeMillis(),
        other.orElse(null),
        RedisProviders.iso(
            Instant.ofEpochMilli(store.clock().millis() + CALLED_WITHIN.toMillis())));
  }

  private static Failure full(long waitMillis) {
    long seconds = Math.max(1, (waitMillis + 999) / 1000);
    return Failure.of(
        Code.RATE_LIMITED,
        "No provider of the group has room; ask again in " + seconds + " s",
        Map.of("retryAfterSeconds", Long.toString(seconds)));
  }
}
