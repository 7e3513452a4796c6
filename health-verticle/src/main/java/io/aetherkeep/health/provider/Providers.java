package io.aetherkeep.health.provider;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealthChanged;
import io.aetherkeep.catalogue.ProviderAsks.ReadProvider;
import io.aetherkeep.catalogue.ProviderAsks.ReportOutcomes;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import io.aetherkeep.health.store.ProviderStore;
import io.aetherkeep.health.store.ProviderStore.Judgement;
import io.aetherkeep.health.store.ProviderStore.Known;
import io.aetherkeep.health.store.ProviderStore.Once;
import io.aetherkeep.keyspace.PerSpace;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Service that counts the outcomes that callers of providers report, and derives the providers'
 * health.
 */
public final class Providers {

  private static final int MOST_OUTCOMES = 1000;
  private static final int LONGEST_TEXT = 500;
  private static final long LONGEST_LATENCY = Duration.ofDays(1).toMillis();
  private static final long MOST_TOKENS = 100_000_000;
  private static final long LONGEST_REST = Duration.ofDays(1).toSeconds();
  private final PerSpace<ProviderStore> stores;
  private final HealthSettings settings;
  private final Consumer<Event> events;
  private final ProviderGroups groups;
  private final Map<String, OutageBuffer> meanwhile;

  public Providers(
      PerSpace<ProviderStore> stores,
      ProviderGroups groups,
      HealthSettings settings,
      Map<String, OutageBuffer> meanwhile,
      Consumer<Event> events) {
    this.meanwhile = Map.copyOf(meanwhile);
    this.stores = stores;
    this.settings = settings;
    this.events = events;
    this.groups = groups;
  }

  ProviderStore store(String space) {
    return stores.of(space);
  }

  static String checked(String id) {
    Keyspaces.PROVIDERS.key(id);
    return id;
  }

  public Future<ProviderHealth> read(ReadProvider ask) {
    return read(ask.space(), checked(ask.id()));
  }

  private Future<ProviderHealth> read(String space, String id) {
    ProviderStore store = store(space);
    OutageBuffer known = meanwhile(space);
    long asked = known.now();
    return store
        .find(id)
        .map(found -> view(space, id, found.orElseThrow(() -> unknownProvider(known, id))))
        .onSuccess(provider -> known.observe(provider, asked))
        .recover(thrown -> alone(space, id, thrown));
  }

  OutageBuffer meanwhile(String space) {
    return Objects.requireNonNull(meanwhile.get(space), space);
  }

  private static Failure unknownProvider(OutageBuffer known, String id) {
    known.observeMissing(id);
    return unknown();
  }

  /** Returns this node's own judgement if Redis is down. */
  private Future<ProviderHealth> alone(String space, String id, Throwable thrown) {
    return isUnavailable(thrown)
        ? meanwhile(space)
            .of(id, settings.rules(space, id))
            .map(Future::succeededFuture)
            .orElse(Future.failedFuture(thrown))
        : Future.failedFuture(thrown);
  }

  static boolean isUnavailable(Throwable thrown) {
    return Failure.from(thrown).code() == Code.REDIS_UNAVAILABLE;
  }

  private ProviderHealth view(String space, String id, Known known) {
    return ProviderView.of(id, known, settings.rules(space, id).group());
  }

  private static Failure unknown() {
    return Failure.of(
        Code.PROVIDER_UNKNOWN, "No outcome of this provider was reported in the last minutes");
  }

  public Future<ProviderHealth> report(ReportOutcomes ask) {
    String id = checked(ask.id());
    if (ask.outcomes().isEmpty() || ask.outcomes().size() > MOST_OUTCOMES) {
      throw Failure.of(Code.INVALID_BODY, "Report 1 to " + MOST_OUTCOMES + " outcomes at once");
    }
    List<Outcome> outcomes = ask.outcomes().stream().map(Providers::checked).toList();
    return store(ask.space()).isUnavailable(id)
        ? meanwhile(ask.space()).keep(id, settings.rules(ask.space(), id), outcomes)
        : count(ask.space(), id, outcomes, Once.UNNAMED);
  }

  private Future<ProviderHealth> count(String space, String id, List<Outcome> outcomes, Once name) {
    ProviderRules rules = settings.rules(space, id);
    long claimedAnew = groups.placeExpiry(space, rules);
    return store(space)
        .count(id, rules, rules.group() == null, outcomes, name)
        .compose(
            judged ->
                judged.wantsDisabled()
                    ? groups.ifAllowed(space, id, judged)
                    : groups.placed(space, id, judged))
        .compose(judged -> settled(space, id, judged, claimedAnew))
        .compose(provider -> settleLeases(space, id, outcomes).map(provider));
  }

  private Future<?> settleLeases(String space, String id, List<Outcome> outcomes) {
    return Future.all(
        outcomes.stream()
            .filter(outcome -> outcome.lease() != null)
            .map(
                outcome ->
                    store(space)
                        .leases()
                        .settle(id, String.valueOf(outcome.lease()), outcome.tokens()))
            .toList());
  }

  /**
   * Merges the outcomes kept during an outage; each batch counts once, however often it is sent.
   */
  public Future<Void> merge(String space, String node) {
    return meanwhile(space)
        .merge(
            id -> store(space).isUnavailable(id),
            (id, outcomes, number) -> count(space, id, outcomes, new Once(node, number)));
  }

  private static Outcome checked(Outcome outcome) {
    Long latency = outcome.latencyMs();
    if (latency != null && (latency < 0 || latency > LONGEST_LATENCY)) {
      throw Failure.of(
          Code.INVALID_BODY, "'latencyMs' must be a whole number from 0 to " + LONGEST_LATENCY);
    }
    checkRange("ttftMs", outcome.ttftMs(), LONGEST_LATENCY);
    checkRange("tokens", outcome.tokens(), MOST_TOKENS);
    checkRange("retryAfterSeconds", outcome.retryAfterSeconds(), LONGEST_REST);
    if (outcome.success() && outcome.retryAfterSeconds() != null) {
      throw Failure.of(Code.INVALID_BODY, "A success cannot have 'retryAfterSeconds'");
    }
    String error = outcome.error();
    return error == null || error.length() <= LONGEST_TEXT
        ? outcome
        : new Outcome(
            outcome.success(),
            latency,
            error.substring(0, LONGEST_TEXT),
            outcome.ttftMs(),
            outcome.tokens(),
            outcome.retryAfterSeconds(),
            outcome.kind(),
            outcome.lease());
  }

  private static void checkRange(String name, @Nullable Long number, long most) {
    if (number != null && (number < 0 || number > most)) {
      throw Failure.of(
          Code.INVALID_BODY, "'" + name + "' must be a whole number from 0 to " + most);
    }
  }

  /**
   * Completes a step: releases the place, schedules the end of the status, publishes a change.
   *
   * @param claimedAnew the end of a place that was claimed after that step, which stays
   */
  Future<ProviderHealth> settled(String space, String id, Judgement judged, long claimedAnew) {
    OutageBuffer known = meanwhile(space);
    long asked = known.now();
    return groups
        .left(space, id, judged, claimedAnew)
        .compose(done -> due(space, id, judged))
        .map(done -> view(space, id, judged.known()))
        .onSuccess(provider -> known.observe(provider, asked))
        .onSuccess(
            provider -> {
              if (judged.before() != judged.after()) {
                events.accept(
                    new ProviderHealthChanged(
                        space, id, judged.before(), judged.after(), judged.reason(), provider));
              }
            });
  }

  private Future<Void> due(String space, String id, Judgement judged) {
    return judged.until() == 0 && judged.wasUntil() == 0
        ? Future.succeededFuture()
        : store(space).remember(id, judged.until());
  }

  /** Ends the temporary statuses whose time is over. */
  public Future<Void> sweep(String space) {
    ProviderStore store = store(space);
    return store.due((id, now) -> reopen(store, space, id));
  }

  private Future<Long> reopen(ProviderStore store, String space, String id) {
    ProviderRules rules = settings.rules(space, id);
    long claimedAnew = groups.placeExpiry(space, rules);
    return store
        .reopen(id, rules)
        .compose(
            judged ->
                settled(space, id, judged, claimedAnew)
                    .map(done -> judged.until() == 0 ? -1L : judged.until()));
  }
}
