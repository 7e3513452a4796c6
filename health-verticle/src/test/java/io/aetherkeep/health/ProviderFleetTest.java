package io.aetherkeep.health;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.LeaseAsks.LeaseList;
import io.aetherkeep.catalogue.LeaseAsks.LeaseProvider;
import io.aetherkeep.catalogue.LeaseAsks.ListLeases;
import io.aetherkeep.catalogue.LeaseAsks.ProviderLease;
import io.aetherkeep.catalogue.LeaseAsks.RenewLease;
import io.aetherkeep.catalogue.LeaseAsks.ReturnLease;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.OutcomeKind;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Leases of calls; and a fleet of callers on two nodes with four providers that limit their rate.
 */
class ProviderFleetTest extends HealthDeployment {

  private static final List<String> GROUP = List.of("a", "b", "c", "d");
  private static final int CALLERS = 200;
  private static final int A_MINUTE = 30;
  private static final int TOKENS_A_MINUTE = 25_000;
  private static final int TOKENS = 1000;
  private static final int COOL_DOWN_SECONDS = 10;

  @Override
  protected HealthSettings settings() {
    Map<String, ProviderRules> own = new LinkedHashMap<>();
    GROUP.forEach(id -> own.put(id, rules("chat", TOKENS_A_MINUTE)));
    own.put("small", rules("large", TOKENS_A_MINUTE));
    own.put("unlimited", rules("large", 0));
    return new HealthSettings(NEVER, ProviderRules.usual(), Map.of(COUNCIL, own));
  }

  private static ProviderRules rules(String group, int tokensAMinute) {
    ProviderRules usual = ProviderRules.usual();
    return new ProviderRules(
        group,
        usual.failuresInARow(),
        usual.leastRequests(),
        usual.degradedBelow(),
        usual.disabledBelow(),
        usual.degradedAbove(),
        usual.room(),
        usual.coolDown(),
        usual.longestCoolDown(),
        usual.trialRequests(),
        A_MINUTE,
        tokensAMinute);
  }

  private static LeaseProvider leasing(long tokens) {
    return new LeaseProvider(COUNCIL, "chat", tokens, null);
  }

  private static LeaseProvider holding(long tokens, int ttlSeconds) {
    return new LeaseProvider(COUNCIL, "chat", tokens, ttlSeconds);
  }

  private static Outcome limited(long seconds) {
    return new Outcome(false, null, "429", null, null, seconds, OutcomeKind.RATE, null);
  }

  @Test
  void aProviderThatSaysRetryAfter_isLeftAloneExactlyThatLong() throws Exception {
    report("a", 1, GOOD);
    ProviderHealth resting = report("a", 1, limited(7));
    assertEquals(Status.DISABLED, resting.status());
    assertEquals(false, resting.byHand());
    clock.move(Duration.ofMillis(6999));
    HealthNode other = addNode();
    for (int i = 0; i < 8; i++) {
      assertTrue(!other.ask(leasing(0)).providerId().equals("a"));
    }
    clock.move(Duration.ofMillis(1));
    assertEquals(Status.HEALTHY, report("a", 1, GOOD).status());
  }

  @Test
  void aLease_namesAfterHowLongToHedgeAndWithWhom() throws Exception {
    for (long ttft = 1; ttft <= 100; ttft++) {
      report("a", 1, new Outcome(true, 900L, null, ttft, null, null, null, null));
    }
    ProviderLease lease = ask(leasing(10));

    assertEquals("a", lease.providerId());
    assertEquals(95L, lease.hedgeAfterMs());
    assertTrue(GROUP.contains(lease.hedgeWith()) && !lease.providerId().equals(lease.hedgeWith()));
  }

  @Test
  void leases_areListedWithTheLimits_untilTheyEnd() throws Exception {
    ProviderLease held = ask(holding(700, 10));
    String id = held.providerId();
    LeaseList one = ask(new ListLeases(COUNCIL, id));
    assertEquals(1, one.requests());
    assertEquals(700, one.tokens());
    assertEquals((long) A_MINUTE, one.requestsAMinute());
    assertEquals((long) TOKENS_A_MINUTE, one.tokensAMinute());
    assertEquals(
        List.of(held.lease(), 700L, true),
        List.of(
            one.items().get(0).lease(), one.items().get(0).tokens(), one.items().get(0).open()));
    report(id, 1, new Outcome(true, 100L, null, 50L, 900L, null, null, held.lease()));
    LeaseList settled = ask(new ListLeases(COUNCIL, id));
    assertEquals(900, settled.tokens());
    assertEquals(false, settled.items().get(0).open());
    clock.move(Duration.ofSeconds(66));
    LeaseList none = ask(new ListLeases(COUNCIL, id));
    assertEquals(new LeaseList(id, 0, (long) A_MINUTE, 0, (long) TOKENS_A_MINUTE, List.of()), none);
  }

  @Test
  void reservations_areGivenBackWhereTheirHoldersDie() throws Exception {
    int all = 0;
    while (granted().isPresent()) {
      all++;
    }
    assertEquals(GROUP.size() * TOKENS_A_MINUTE / TOKENS, all);
    clock.move(Duration.ofSeconds(65));
    assertTrue(granted().isPresent());
  }

  @Test
  void aLease_isGivenBackSoonWhereItsHolderDies_andKeptWhereItRenewsIt() throws Exception {
    ProviderLease dead = ask(holding(TOKENS_A_MINUTE, 10));
    assertEquals(10, dead.expiresIn());
    ProviderLease alive = ask(holding(TOKENS_A_MINUTE, 10));
    ProviderLease used = ask(holding(TOKENS_A_MINUTE, 10));
    ProviderLease returned = ask(holding(TOKENS_A_MINUTE, 10));
    assertEquals(
        4,
        List.of(dead, alive, used, returned).stream()
            .map(ProviderLease::providerId)
            .distinct()
            .count());
    assertTrue(granted().isEmpty());

    assertTrue(ask(giveBack(returned)).returned());
    assertEquals(returned.providerId(), ask(holding(TOKENS_A_MINUTE, 10)).providerId());
    assertEquals(false, ask(giveBack(returned)).returned());
    Outcome outcome = new Outcome(true, 100L, null, 50L, null, null, null, used.lease());
    ask(reporting(used.providerId(), outcome));
    assertFails(Code.LEASE_UNKNOWN, renewing(used));

    clock.move(Duration.ofSeconds(9));
    HealthNode other = addNode();
    assertEquals(10, other.ask(renewing(alive)).expiresIn());
    clock.move(Duration.ofSeconds(2));
    assertFails(Code.LEASE_UNKNOWN, renewing(dead));
    assertEquals(dead.providerId(), ask(leasing(TOKENS_A_MINUTE)).providerId());
    assertEquals(returned.providerId(), ask(leasing(TOKENS_A_MINUTE)).providerId());
    assertTrue(granted().isEmpty());
    clock.move(Duration.ofSeconds(9));
    assertEquals(alive.providerId(), ask(leasing(TOKENS_A_MINUTE)).providerId());
    assertTrue(granted().isEmpty());
    clock.move(Duration.ofSeconds(45));
    assertEquals(used.providerId(), ask(leasing(TOKENS_A_MINUTE)).providerId());
  }

  private static RenewLease renewing(ProviderLease lease) {
    return new RenewLease(COUNCIL, lease.providerId(), lease.lease(), 10);
  }

  private static ReturnLease giveBack(ProviderLease lease) {
    return new ReturnLease(COUNCIL, lease.providerId(), lease.lease());
  }

  private void assertFails(Code code, Ask<?> ask) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> ask(ask));
    assertEquals(code, Failure.from(thrown.getCause()).code());
  }

  @Test
  void aTimeToLiveOutOfBounds_isRefused() {
    assertFails(Code.INVALID_BODY, holding(1, 0));
    assertFails(Code.INVALID_BODY, holding(1, 601));
  }

  @Test
  void moreTokensThanAnyProviderHasAMinute_areRefused() throws Exception {
    assertFails(Code.INVALID_BODY, leasing(TOKENS_A_MINUTE + 1));
    assertEquals(
        "unlimited", ask(new LeaseProvider(COUNCIL, "large", 1_000_000L, null)).providerId());
  }

  @Test
  void theTokensThatWereUsed_takeThePlaceOfTheEstimate() throws Exception {
    ProviderLease lease = ask(leasing(TOKENS_A_MINUTE));
    assertTrue(!ask(leasing(TOKENS)).providerId().equals(lease.providerId()));
    ask(
        reporting(
            lease.providerId(),
            new Outcome(true, 100L, null, 50L, 10L, null, null, lease.lease())));
    assertEquals(lease.providerId(), ask(leasing(TOKENS)).providerId());
  }

  @Test
  void anOutcomeWhoseLeaseIsNone_changesNoReservation() throws Exception {
    ProviderLease lease = ask(leasing(TOKENS_A_MINUTE));
    for (String none : List.of("sum", "until:" + lease.lease(), "x")) {
      ask(reporting(lease.providerId(), new Outcome(true, 100L, null, 50L, 10L, null, null, none)));
    }
    LeaseList leases = ask(new ListLeases(COUNCIL, lease.providerId()));
    assertEquals(TOKENS_A_MINUTE, leases.tokens());
    assertTrue(leases.items().get(0).open());
  }

  @Test
  void aLease_needsNoListOfAllProviders() throws Exception {
    // A read or a write of the list would replace it.
    foreign.send("SET", "index:providers", "something else");
    ask(leasing(1));
    assertEquals("something else", foreign.text("GET", "index:providers"));
  }

  private Optional<ProviderLease> granted() throws Exception {
    try {
      return Optional.of(ask(leasing(TOKENS)));
    } catch (ExecutionException e) {
      Failure failure = Failure.from(e.getCause());
      assertEquals(Code.RATE_LIMITED, failure.code());
      assertTrue(!failure.members().getOrDefault("retryAfterSeconds", "").isEmpty());
      return Optional.empty();
    }
  }

  /** A provider with a rolling minute, which answers 429 and a cool-down beyond its limit. */
  private final class Simulated {
    private final Deque<Long> calls = new ArrayDeque<>();
    private long coolUntil;
    private int intoCoolDown;
    private int overQuota;
    private int served;

    Outcome call(String lease) {
      long now = clock.millis();
      calls.removeIf(at -> at <= now - 60_000);
      calls.add(now);
      boolean over = calls.size() > A_MINUTE || calls.size() * TOKENS > TOKENS_A_MINUTE;
      if (now < coolUntil) {
        intoCoolDown++;
      } else if (over) {
        overQuota++;
        coolUntil = now + COOL_DOWN_SECONDS * 1000L;
      } else {
        served++;
        return new Outcome(true, 400L, null, 90L, (long) TOKENS, null, null, named(lease));
      }
      return new Outcome(
          false, null, "429", null, null, (long) COOL_DOWN_SECONDS, OutcomeKind.RATE, named(lease));
    }
  }

  private static @Nullable String named(String lease) {
    return lease.isEmpty() ? null : lease;
  }

  private record Choice(String provider, String lease) {}

  /** How callers choose a provider. */
  private enum Choosing {
    BY_LEASE,
    BY_LIST,
    BY_POLLED_COUNTER
  }

  /**
   * Counts of calls that all nodes share and each polls: between two polls a node knows its own
   * calls only.
   */
  private final class PolledCounter {
    private final Map<String, Integer> calls = new LinkedHashMap<>();

    /** Reads how many calls each provider has room for, and which are in a cool-down. */
    void poll(Map<String, Simulated> providers) {
      providers.forEach(
          (id, provider) -> {
            long now = clock.millis();
            provider.calls.removeIf(at -> at <= now - 60_000);
            boolean rests = now < provider.coolUntil;
            calls.put(id, rests ? Integer.MAX_VALUE : provider.calls.size());
          });
    }

    Optional<Choice> choose() {
      int most = Math.min(A_MINUTE, TOKENS_A_MINUTE / TOKENS);
      Optional<String> first =
          calls.entrySet().stream()
              .filter(one -> one.getValue() < most)
              .map(Map.Entry::getKey)
              .findFirst();
      first.ifPresent(id -> calls.merge(id, 1, Integer::sum));
      return first.map(id -> new Choice(id, ""));
    }
  }

  /** All callers choose at once, then call, then report; so every 13 seconds, for two minutes. */
  private Map<String, Simulated> run(Choosing choosing) throws Exception {
    List<PolledCounter> counters = List.of(new PolledCounter(), new PolledCounter());
    HealthNode other = addNode();
    Map<String, Simulated> providers = new LinkedHashMap<>();
    GROUP.forEach(id -> providers.put(id, new Simulated()));
    for (int second = 0; second < 130; second += 13) {
      counters.forEach(counter -> counter.poll(providers));
      List<Future<Optional<Choice>>> choices = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        choices.add(
            choosing == Choosing.BY_POLLED_COUNTER
                ? Future.succeededFuture(counters.get(caller % 2).choose())
                : choice(caller % 2 == 0 ? node : other, choosing == Choosing.BY_LEASE));
      }
      Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
      for (Future<Optional<Choice>> choice : choices) {
        await(choice)
            .ifPresent(
                one ->
                    outcomes
                        .computeIfAbsent(one.provider, first -> new ArrayList<>())
                        .add(Objects.requireNonNull(providers.get(one.provider)).call(one.lease)));
      }
      for (Map.Entry<String, List<Outcome>> received : outcomes.entrySet()) {
        ask(reporting(received.getKey(), received.getValue().toArray(Outcome[]::new)));
      }
      clock.move(Duration.ofSeconds(13));
    }
    return providers;
  }

  private static Future<Optional<Choice>> choice(HealthNode at, boolean leased) {
    return leased
        ? at.asks(leasing(TOKENS))
            .map(lease -> Optional.of(new Choice(lease.providerId(), lease.lease())))
            .otherwise(Optional.empty())
        : at.asks(new ListProviders(COUNCIL, "chat"))
            .map(
                list ->
                    list.items().stream()
                        .filter(provider -> provider.status() != Status.DISABLED)
                        .map(provider -> new Choice(provider.providerId(), ""))
                        .findFirst());
  }

  private static int sum(Map<String, Simulated> run, ToIntFunction<Simulated> count) {
    return run.values().stream().mapToInt(count).sum();
  }

  @Test
  void aFleetWithLeases_neverCallsIntoACoolDownAndNeverOverQuota() throws Exception {
    Map<String, Simulated> run = run(Choosing.BY_LEASE);

    assertEquals(0, sum(run, provider -> provider.intoCoolDown));
    assertEquals(0, sum(run, provider -> provider.overQuota));
    assertTrue(sum(run, provider -> provider.served) >= 100);
  }

  /** docs/providers.md has these numbers. */
  @Test
  void aFleetThatPollsASharedCounter_goesOverQuota() throws Exception {
    Map<String, Simulated> run = run(Choosing.BY_POLLED_COUNTER);

    assertTrue(sum(run, provider -> provider.overQuota) > 0);
  }

  @Test
  void aFleetThatPollsTheList_callsIntoCoolDowns() throws Exception {
    for (String id : GROUP) {
      report(id, 1, GOOD);
    }
    Map<String, Simulated> run = run(Choosing.BY_LIST);

    assertTrue(sum(run, provider -> provider.intoCoolDown) > 0);
    assertTrue(sum(run, provider -> provider.overQuota) > 0);
  }
}
