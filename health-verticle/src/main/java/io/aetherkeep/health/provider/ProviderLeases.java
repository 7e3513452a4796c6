package io.aetherkeep.health.provider;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.LeaseAsks.LeaseList;
import io.aetherkeep.catalogue.LeaseAsks.LeaseProvider;
import io.aetherkeep.catalogue.LeaseAsks.LeaseRenewed;
import io.aetherkeep.catalogue.LeaseAsks.LeaseReturned;
import io.aetherkeep.catalogue.LeaseAsks.ListLeases;
import io.aetherkeep.catalogue.LeaseAsks.ProviderLease;
import io.aetherkeep.catalogue.LeaseAsks.RenewLease;
import io.aetherkeep.catalogue.LeaseAsks.ReturnLease;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import io.aetherkeep.health.store.IsoTime;
import io.aetherkeep.health.store.LeaseStore.Held;
import io.aetherkeep.health.store.LeaseStore.Reservation;
import io.aetherkeep.health.store.ProviderStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Service that leases calls: selects the best provider of a group that is not in a cool-down and
 * has capacity under the shared rate limits.
 */
public final class ProviderLeases {

  /** Time limit until the call is made. */
  private static final Duration CALLED_WITHIN = Duration.ofSeconds(5);

  /** A reservation counts for a minute after that, because providers count by arrival. */
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static final int LONGEST_TTL_SECONDS = 600;

  /** Limit of a list of leases; those that end first are listed. */
  private static final int MOST_LISTED = 100;

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
          Code.INVALID_BODY, "'estimatedTokens' must be a whole number from 0 to " + MOST_TOKENS);
    }
    Wanted wanted = new Wanted(tokens, ttl(ask.ttlSeconds()));
    ProviderStore store = providers.store(ask.space());
    List<String> members = settings.members(ask.space(), ask.group());
    if (members.isEmpty()) {
      throw Failure.of(Code.PROVIDER_UNKNOWN, "The settings have no provider in this group");
    }
    if (members.stream().noneMatch(id -> mayEverTake(settings.rules(ask.space(), id), tokens))) {
      throw Failure.of(
          Code.INVALID_BODY,
          "'estimatedTokens' exceeds the tokens a minute of every provider of the group");
    }
    return lists
        .list(new ListProviders(ask.space(), ask.group()))
        .map(list -> ordered(list.items(), members))
        .compose(candidates -> first(store, ask.space(), candidates, 0, wanted, 3_600_000));
  }

  private static boolean mayEverTake(ProviderRules rules, long tokens) {
    return rules.tokensAMinute() == 0 || tokens <= rules.tokensAMinute();
  }

  /**
   * Lease that a caller requests.
   *
   * @param ttl lifetime of the lease without a renewal; null for as long as its call counts
   */
  private record Wanted(long tokens, @Nullable Duration ttl) {

    /** Time within which the call must be made. */
    Duration calledWithin() {
      return ttl == null || ttl.compareTo(CALLED_WITHIN) > 0 ? CALLED_WITHIN : ttl;
    }

    Duration counted() {
      return calledWithin().plus(MINUTE);
    }

    Duration kept() {
      return ttl == null ? counted() : ttl;
    }
  }

  private static @Nullable Duration ttl(@Nullable Integer seconds) {
    if (seconds != null && (seconds < 1 || seconds > LONGEST_TTL_SECONDS)) {
      throw Failure.of(
          Code.INVALID_BODY,
          "'ttlSeconds' must be a whole number from 1 to " + LONGEST_TTL_SECONDS);
    }
    return seconds == null ? null : Duration.ofSeconds(seconds);
  }

  /** Renews a lease whose holder still lives. */
  public Future<LeaseRenewed> renew(RenewLease ask) {
    Duration ttl = ttl(ask.ttlSeconds());
    Duration kept = ttl == null ? new Wanted(0, null).kept() : ttl;
    return providers
        .store(ask.space())
        .leases()
        .keep(ask.id(), ask.lease(), kept)
        .map(
            held -> {
              if (!held) {
                throw Failure.of(
                    Code.LEASE_UNKNOWN,
                    "The lease has expired, was returned, or its outcome was reported");
              }
              return new LeaseRenewed(ask.lease(), ask.id(), kept.toSeconds());
            });
  }

  /** Gives back a lease whose call is not made. */
  public Future<LeaseReturned> giveBack(ReturnLease ask) {
    return providers
        .store(ask.space())
        .leases()
        .keep(ask.id(), ask.lease(), Duration.ZERO)
        .map(LeaseReturned::new);
  }

  /** Lists the leases of a provider, with its limits. */
  public Future<LeaseList> list(ListLeases ask) {
    ProviderRules rules = settings.rules(ask.space(), ask.id());
    return providers
        .store(ask.space())
        .leases()
        .list(ask.id(), MOST_LISTED)
        .map(
            held ->
                new LeaseList(
                    ask.id(),
                    held.calls(),
                    limit(rules.requestsAMinute()),
                    held.tokens(),
                    limit(rules.tokensAMinute()),
                    held.items()));
  }

  /** Returns a limit of the settings, or null for none. */
  private static @Nullable Long limit(long most) {
    return most == 0 ? null : most;
  }

  /**
   * Providers to try, in order.
   *
   * @param enabled how many of them, from the first on, are not known to be disabled
   */
  private record Candidates(List<String> ids, int enabled) {

    /** Another provider than the one that was leased, for a hedged call. */
    Optional<String> hedge(String leased) {
      return ids.stream().limit(enabled).filter(id -> !id.equals(leased)).findFirst();
    }
  }

  /**
   * The known providers, the best first, then the unknown ones, then the disabled ones, whose time
   * may have passed.
   */
  private static Candidates ordered(List<ProviderHealth> known, List<String> members) {
    List<String> best =
        known.stream()
            .filter(provider -> provider.status() != Status.DISABLED)
            .map(ProviderHealth::providerId)
            .toList();
    List<String> all = known.stream().map(ProviderHealth::providerId).toList();
    List<String> unknown = members.stream().filter(id -> !all.contains(id)).distinct().toList();
    return new Candidates(
        Stream.of(best, unknown, all).flatMap(List::stream).distinct().toList(),
        best.size() + unknown.size());
  }

  private Future<ProviderLease> first(
      ProviderStore store,
      String space,
      Candidates candidates,
      int at,
      Wanted wanted,
      long waitMillis) {
    if (at == candidates.ids.size()) {
      return Future.failedFuture(full(waitMillis));
    }
    String id = candidates.ids.get(at);
    ProviderRules rules = settings.rules(space, id);
    String lease = UUID.randomUUID().toString();
    return store
        .leases()
        .reserve(id, rules, lease, wanted.tokens, new Held(wanted.counted(), wanted.kept()))
        .compose(
            reservation ->
                reservation.granted()
                    ? Future.succeededFuture(
                        granted(store, new Leased(id, lease, wanted), candidates, reservation))
                    : first(
                        store,
                        space,
                        candidates,
                        at + 1,
                        wanted,
                        Math.min(waitMillis, reservation.waitMillis())));
  }

  private record Leased(String provider, String lease, Wanted wanted) {}

  private static ProviderLease granted(
      ProviderStore store, Leased leased, Candidates candidates, Reservation reservation) {
    long callWithin = leased.wanted.calledWithin().toMillis();
    return new ProviderLease(
        leased.lease,
        leased.provider,
        reservation.hedgeMillis(),
        candidates.hedge(leased.provider).orElse(null),
        IsoTime.format(Instant.ofEpochMilli(store.clock().millis() + callWithin)),
        leased.wanted.kept().toSeconds());
  }

  private static Failure full(long waitMillis) {
    long seconds = Math.max(1, (waitMillis + 999) / 1000);
    return Failure.of(
        Code.RATE_LIMITED,
        "All providers of the group are at their limits; retry in " + seconds + " s",
        Map.of("retryAfterSeconds", Long.toString(seconds)));
  }
}
