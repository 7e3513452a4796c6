package io.aetherkeep.health;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.HealthAsks.DisableProvider;
import io.aetherkeep.catalogue.HealthAsks.EnableProvider;
import io.aetherkeep.catalogue.HealthAsks.Outcome;
import io.aetherkeep.catalogue.HealthAsks.ProviderHealth;
import io.aetherkeep.catalogue.HealthAsks.ProviderHealthChanged;
import io.aetherkeep.catalogue.HealthAsks.ReadProvider;
import io.aetherkeep.catalogue.HealthAsks.ReportOutcomes;
import io.aetherkeep.catalogue.HealthAsks.Status;
import io.aetherkeep.catalogue.HealthAsks.WriteProvider;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.health.ProviderStore.Decision;
import io.aetherkeep.health.ProviderStore.Judgement;
import io.aetherkeep.health.ProviderStore.Known;
import io.aetherkeep.health.ProviderStore.Outright;
import io.aetherkeep.health.ProviderStore.What;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rules of providers' health: counted from outcomes, or decided by hand. */
final class Providers {

  private static final int MOST_OUTCOMES = 1000;
  private static final int LONGEST_TEXT = 500;
  private static final long LONGEST_LATENCY = Duration.ofDays(1).toMillis();
  private static final long RECORD = Keyspaces.PROVIDERS.lifetime().length().toMillis();

  /** When its time is over it still takes a moment until somebody looks. */
  private static final long UNTIL_LOOKED_AT = Duration.ofMinutes(1).toMillis();

  private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();

  private final Map<String, ProviderStore> stores;
  private final HealthSettings settings;
  private final InstantSource clock;
  private final Consumer<Event> events;

  Providers(
      Map<String, ProviderStore> stores,
      HealthSettings settings,
      InstantSource clock,
      Consumer<Event> events) {
    this.stores = stores;
    this.settings = settings;
    this.clock = clock;
    this.events = events;
  }

  ProviderStore store(String space) {
    ProviderStore store = stores.get(space);
    if (store == null) {
      throw Failure.of(Code.SPACE_UNKNOWN, "No space has this name");
    }
    return store;
  }

  private static String checked(String id) {
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
    long claimedAnew = placeUntil(rules);
    return store(ask.space())
        .count(id, rules, rules.group() == null, outcomes)
        .compose(
            judged ->
                judged.wantsDisabled()
                    ? ifAllowed(ask.space(), id, judged)
                    : placed(ask.space(), id, judged, judged.until()))
        .compose(judged -> settled(ask.space(), id, judged, claimedAnew));
  }

  private static Future<Judgement> done(Judgement judged) {
    return Future.succeededFuture(judged);
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

  /** Of a group one is left at least: a router that has nobody to call is worse off. */
  private Future<Judgement> ifAllowed(String space, String id, Judgement judged) {
    ProviderRules rules = settings.rules(space, id);
    String group = String.valueOf(rules.group());
    int places = settings.members(space, group).size() - 1;
    return store(space)
        .claimPlace(group, id, placeUntil(rules), places)
        .compose(
            allowed ->
                allowed
                    ? store(space).disable(id, rules).map(after -> since(judged, after))
                    : done(judged));
  }

  private long placeUntil(ProviderRules rules) {
    return clock.millis() + rules.longestCoolDown().toMillis() + UNTIL_LOOKED_AT;
  }

  /** Where another node was faster the second step changed nothing, and that node tells of it. */
  private static Judgement since(Judgement first, Judgement then) {
    boolean done = then.before() != then.after();
    return new Judgement(
        first.before(),
        done ? then.after() : first.after(),
        done ? then.reason() : first.reason(),
        false,
        then.until(),
        first.wasUntil(),
        then.known());
  }

  Future<ProviderHealth> write(WriteProvider ask) {
    String id = checked(ask.id());
    double rate = ask.successRate() == null ? 1 : ask.successRate();
    double latency = ask.avgLatency() == null ? 0 : ask.avgLatency();
    if (!(rate >= 0 && rate <= 1) || !(latency >= 0 && latency <= LONGEST_LATENCY)) {
      throw Failure.of(
          Code.INVALID_BODY, "'successRate' is from 0 to 1, 'avgLatency' in ms from 0");
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
      throw Failure.of(Code.INVALID_BODY, "'lastFailure' is an ISO-8601 time with its zone");
    }
  }

  Future<ProviderHealth> disable(DisableProvider ask) {
    String id = checked(ask.id());
    if (ask.reason().isBlank()) {
      throw Failure.of(Code.INVALID_BODY, "'reason' says why, for those who wonder later");
    }
    return decide(
        ask.space(),
        id,
        new Decision(What.DISABLED, until(ask.forSeconds()), reason(ask.reason()), null));
  }

  Future<ProviderHealth> enable(EnableProvider ask) {
    String id = checked(ask.id());
    String reason = ask.reason() == null ? "enabled by hand" : reason(ask.reason());
    return decide(
        ask.space(), id, new Decision(What.ENABLED, until(ask.forSeconds()), reason, null));
  }

  private static String reason(String reason) {
    if (reason.length() > LONGEST_TEXT) {
      throw Failure.of(Code.INVALID_BODY, "'reason' has at most " + LONGEST_TEXT + " characters");
    }
    return reason;
  }

  private long until(@Nullable Long seconds) {
    if (seconds == null) {
      return 0;
    }
    if (seconds < 1 || seconds > LONGEST_SECONDS) {
      throw Failure.of(
          Code.INVALID_BODY, "'forSeconds' is a whole number from 1 to " + LONGEST_SECONDS);
    }
    return clock.millis() + seconds * 1000;
  }

  private Future<ProviderHealth> decide(String space, String id, Decision decision) {
    return store(space)
        .decide(id, decision)
        .compose(
            judged ->
                placed(
                    space,
                    id,
                    judged,
                    decision.what() == What.SET ? clock.millis() + RECORD : judged.until()))
        .compose(judged -> settled(space, id, judged, Long.MAX_VALUE));
  }

  /**
   * One that is disabled for another reason counts as well when it is asked who is left.
   *
   * @param end when that is over, in ms since 1970; 0 for never
   */
  private Future<Judgement> placed(String space, String id, Judgement judged, long end) {
    String group = settings.rules(space, id).group();
    if (group == null || judged.after() != Status.DISABLED) {
      return done(judged);
    }
    long until = (end == 0 ? clock.millis() + LONGEST_SECONDS * 1000 : end) + UNTIL_LOOKED_AT;
    return store(space).claimPlace(group, id, until, Integer.MAX_VALUE).map(judged);
  }

  /**
   * Follows up on a step: who else is to know, and when it is to be looked at again.
   *
   * @param claimedAnew the end of a place that was claimed after that step
   */
  private Future<ProviderHealth> settled(
      String space, String id, Judgement judged, long claimedAnew) {
    String group = settings.rules(space, id).group();
    boolean back = judged.before() == Status.DISABLED && judged.after() != judged.before();
    Future<Void> left =
        back && group != null
            ? store(space)
                .leavePlace(group, id, judged.wasUntil() == 0 ? Long.MAX_VALUE : claimedAnew)
            : Future.succeededFuture();
    return left.compose(done -> due(space, id, judged))
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
    long claimedAnew = placeUntil(rules);
    return store
        .reopen(id, rules)
        .compose(
            judged ->
                settled(space, id, judged, claimedAnew)
                    .map(looked -> judged.until() == 0 ? -1L : judged.until()));
  }
}
