package io.aetherkeep.health;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.HealthAsks.Outcome;
import io.aetherkeep.catalogue.HealthAsks.ProviderHealth;
import io.aetherkeep.catalogue.HealthAsks.ProviderHealthChanged;
import io.aetherkeep.catalogue.HealthAsks.ReadProvider;
import io.aetherkeep.catalogue.HealthAsks.ReportOutcomes;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.health.ProviderStore.Judgement;
import io.aetherkeep.health.ProviderStore.Known;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** The rules of providers' health as their callers report it. */
final class Providers {

  private static final int MOST_OUTCOMES = 1000;
  private static final int LONGEST_TEXT = 500;
  private static final long LONGEST_LATENCY = Duration.ofDays(1).toMillis();
  private final ProviderStores stores;
  private final HealthSettings settings;
  private final InstantSource clock;
  private final Consumer<Event> events;
  private final ProviderGroups groups;

  Providers(
      ProviderStores stores,
      ProviderGroups groups,
      HealthSettings settings,
      InstantSource clock,
      Consumer<Event> events) {
    this.stores = stores;
    this.settings = settings;
    this.clock = clock;
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

  Future<ProviderHealth> read(ReadProvider ask) {
    return read(ask.space(), checked(ask.id()));
  }

  private Future<ProviderHealth> read(String space, String id) {
    return store(space)
        .find(id)
        .map(found -> view(space, id, found.orElseThrow(Providers::unknown)));
  }

  private ProviderHealth view(String space, String id, Known known) {
    return ProviderView.of(id, known, settings.rules(space, id).group(), clock.millis());
  }

  private static Failure unknown() {
    return Failure.of(Code.PROVIDER_UNKNOWN, "No outcome was reported in the last minutes");
  }

  Future<ProviderHealth> report(ReportOutcomes ask) {
    String id = checked(ask.id());
    if (ask.outcomes().isEmpty() || ask.outcomes().size() > MOST_OUTCOMES) {
      throw Failure.of(Code.INVALID_BODY, "Report 1 to " + MOST_OUTCOMES + " outcomes at once");
    }
    List<Outcome> outcomes = ask.outcomes().stream().map(Providers::checked).toList();
    ProviderRules rules = settings.rules(ask.space(), id);
    long claimedAnew = groups.placeUntil(rules);
    return store(ask.space())
        .count(id, rules, rules.group() == null, outcomes)
        .compose(
            judged ->
                judged.wantsDisabled()
                    ? groups.ifAllowed(ask.space(), id, judged)
                    : groups.placed(ask.space(), id, judged, judged.until()))
        .compose(judged -> settled(ask.space(), id, judged, claimedAnew));
  }

  private static Outcome checked(Outcome outcome) {
    Long latency = outcome.latencyMs();
    if (latency != null && (latency < 0 || latency > LONGEST_LATENCY)) {
      throw Failure.of(
          Code.INVALID_BODY, "'latencyMs' is a whole number from 0 to " + LONGEST_LATENCY);
    }
    String error = outcome.error();
    return error == null || error.length() <= LONGEST_TEXT
        ? outcome
        : new Outcome(outcome.success(), latency, error.substring(0, LONGEST_TEXT));
  }

  /**
   * Follows up on a step: who else is to know, and when it is to be looked at again.
   *
   * @param claimedAnew the end of a place that was claimed after that step
   */
  Future<ProviderHealth> settled(String space, String id, Judgement judged, long claimedAnew) {
    return groups
        .left(space, id, judged, claimedAnew)
        .compose(done -> due(space, id, judged))
        .map(done -> view(space, id, judged.known()))
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

  /** Looks at those whose time is over; answers when each is due next. */
  Future<Void> sweep(String space) {
    ProviderStore store = store(space);
    return store.due(id -> reopen(store, space, id));
  }

  private Future<Long> reopen(ProviderStore store, String space, String id) {
    ProviderRules rules = settings.rules(space, id);
    long claimedAnew = groups.placeUntil(rules);
    return store
        .reopen(id, rules)
        .compose(
            judged ->
                settled(space, id, judged, claimedAnew)
                    .map(looked -> judged.until() == 0 ? -1L : judged.until()));
  }
}
