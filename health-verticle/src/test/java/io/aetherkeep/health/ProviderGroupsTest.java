package io.aetherkeep.health;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.LeaseAsks.LeaseProvider;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.OutcomeKind;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.catalogue.ProviderAsks.WriteProvider;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Outcomes never disable the last provider of a group; a manual override may. */
class ProviderGroupsTest extends HealthDeployment {

  private static final List<String> GROUP = List.of("a", "b", "c");
  private static final Duration COOL_DOWN = Duration.ofSeconds(30);

  @Override
  protected HealthSettings settings() {
    Map<String, ProviderRules> own = new LinkedHashMap<>();
    GROUP.forEach(id -> own.put(id, rules("llm")));
    own.put("x", rules("pair"));
    own.put("y", rules("pair"));
    own.put("lonely", rules("single"));
    return new HealthSettings(NEVER, ProviderRules.usual(), Map.of(COUNCIL, own));
  }

  private static ProviderRules rules(String group) {
    return new ProviderRules(
        group, 5, 20, 0.9, 0.5, Duration.ofSeconds(30), 0.03, COOL_DOWN, COOL_DOWN, 3, 0, 0);
  }

  private List<Status> statuses(List<String> ids) throws Exception {
    List<Status> all = new ArrayList<>();
    for (String id : ids) {
      all.add(read(id).status());
    }
    return all;
  }

  private static long disabled(List<Status> statuses) {
    return statuses.stream().filter(status -> status == Status.DISABLED).count();
  }

  @Test
  void theLastOfAGroup_isDegradedInstead() throws Exception {
    assertEquals(Status.DISABLED, report("a", 5, BAD).status());
    assertEquals(Status.DISABLED, report("b", 5, BAD).status());
    ProviderHealth last = report("c", 5, BAD);
    assertEquals(Status.DEGRADED, last.status());
    assertEquals("5 failures in a row", last.reason());
    assertEquals(Status.DEGRADED, report("c", 100, BAD).status());
    assertEquals("llm", last.group());
    Awaitility.await().until(() -> !changes("c").isEmpty());
    assertEquals(List.of("healthy>degraded: 5 failures in a row"), changes("c"));
  }

  @Test
  void oneThatIsAloneInItsGroup_isNeverDisabledByOutcomes() throws Exception {
    assertEquals(Status.DEGRADED, report("lonely", 50, BAD).status());
    assertEquals(Status.DISABLED, disable("lonely", null).status());
  }

  @Test
  void oneDisabledByHand_counts() throws Exception {
    disable("x", null);
    assertEquals(Status.DEGRADED, report("y", 5, BAD).status());
    enable("x", null);
    assertEquals(Status.DISABLED, report("y", 1, BAD).status());
    assertEquals(Status.DISABLED, disable("x", null).status());
  }

  @Test
  void oneDisabledByHandForATime_countsThatLong() throws Exception {
    disable("x", 60L);
    assertEquals(Status.DEGRADED, report("y", 5, BAD).status());
    clock.move(Duration.ofMinutes(1));
    report("x", 1, GOOD);
    assertEquals(Status.DISABLED, report("y", 1, BAD).status());
  }

  @Test
  void oneSetOutright_countsAndItsPlaceComesBackWithItsRecord() throws Exception {
    put("x", Status.DISABLED);
    assertEquals(Status.DEGRADED, report("y", 5, BAD).status());
    foreign.send("DEL", key("x"), window("x"));
    clock.move(Duration.ofMinutes(16));
    assertEquals(Status.DISABLED, report("y", 5, BAD).status());
  }

  @Test
  void oneSetOutright_countsAsLongAsItsRecordLives() throws Exception {
    HealthNode lasting = addNode(Map.of("provider", Duration.ofHours(1)));
    lasting.ask(new WriteProvider(COUNCIL, "x", Status.DISABLED, null, null, null));
    clock.move(Duration.ofMinutes(30));
    assertEquals(Status.DEGRADED, lasting.ask(reporting("y", 5, BAD)).status());
    clock.move(Duration.ofMinutes(32));
    assertEquals(Status.DISABLED, lasting.ask(reporting("y", 5, BAD)).status());
  }

  @Test
  void aLease_namesNoDisabledProviderForAHedgedCall() throws Exception {
    report("x", 10, new Outcome(true, 300L, null));
    LeaseProvider ask = new LeaseProvider(COUNCIL, "pair", null, null);
    assertEquals(List.of("x", "y"), List.of(ask(ask).providerId(), ask(ask).hedgeWith()));
    disable("y", null);
    assertEquals("x", ask(ask).providerId());
    assertNull(ask(ask).hedgeWith());
  }

  @Test
  void oneDisabledByAnotherService_counts() throws Exception {
    foreign.send("HSET", key("x"), "status", "disabled", "successRate", "0", "avgLatency", "0");
    report("x", 1, BAD);
    assertEquals(Status.DEGRADED, report("y", 5, BAD).status());
  }

  @Test
  void oneThatSentARetryAfterOfZero_staysHealthyAndTakesNoPlace() throws Exception {
    Outcome zero = new Outcome(false, null, "429", null, null, 0L, OutcomeKind.RATE, null);
    assertEquals(Status.HEALTHY, report("x", 1, zero).status());
    assertEquals(0, foreign.number("ZCARD", "group:provider:pair"));
    assertEquals(Status.DISABLED, report("y", 5, BAD).status());
  }

  @Test
  void oneWhoseCoolDownIsOver_countsUntilItIsOnTrial() throws Exception {
    report("x", 5, BAD);
    clock.move(COOL_DOWN);
    report("y", 5, BAD);
    assertEquals(1, disabled(statuses(List.of("x", "y"))));
  }

  @Test
  void onePutOnTrial_leavesItsPlaceToAnother() throws Exception {
    report("x", 5, BAD);
    assertEquals(Status.DEGRADED, report("y", 5, BAD).status());
    clock.move(COOL_DOWN);
    assertEquals(Status.DEGRADED, report("x", 1, GOOD).status());
    assertEquals(Status.DISABLED, report("y", 1, BAD).status());
    assertEquals(Status.DEGRADED, report("x", 1, BAD).status());
  }

  @Test
  void failuresOfAllFromTwoNodes_neverDisableAll() throws Exception {
    addNode();
    for (int round = 0; round < 15; round++) {
      List<Future<ProviderHealth>> all = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        all.add(nodes.get(i % 2).asks(reporting(GROUP.get(i % 3), BAD)));
      }
      await(Future.all(all));
      assertEquals(2, disabled(statuses(GROUP)));
      clock.move(COOL_DOWN);
      for (String id : GROUP) {
        enable(id, null);
      }
      assertEquals(0, foreign.number("ZCARD", "group:provider:llm"));
    }
  }

  @Test
  void trialsThatFailOnTwoNodes_neverDisableAll() throws Exception {
    addNode();
    for (int round = 0; round < 30; round++) {
      List<Future<ProviderHealth>> all = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        all.add(nodes.get(i % 2).asks(reporting(GROUP.get(i % 3), BAD)));
      }
      await(Future.all(all));
      assertTrue(disabled(statuses(GROUP)) < 3, "after " + round);
      clock.move(COOL_DOWN);
    }
  }

  @Test
  void successesAmongFailuresOnTwoNodes_keepNoPlace() throws Exception {
    addNode();
    for (int round = 0; round < 30; round++) {
      report("x", 4, BAD);
      List<Future<ProviderHealth>> all = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        all.add(nodes.get(i % 2).asks(reporting("x", i % 3 == 0 ? BAD : GOOD)));
      }
      await(Future.all(all));
      if (read("x").status() != Status.DISABLED) {
        assertEquals(0, foreign.number("ZCARD", "group:provider:pair"), "after " + round);
      }
      enable("x", null);
    }
  }

  @Test
  void aChangeInAGroup_isPublishedOnce_forManyReports() throws Exception {
    addNode();
    for (int round = 0; round < 20; round++) {
      List<Future<ProviderHealth>> all = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        all.add(nodes.get(i % 2).asks(reporting("a", BAD)));
      }
      await(Future.all(all));
      int rounds = round + 1;
      enable("a", null);
      Awaitility.await().until(() -> count("a", ">healthy") == rounds);
      Awaitility.await()
          .untilAsserted(
              () -> {
                assertEquals(rounds, count("a", ">disabled"), () -> changes("a").toString());
                assertEquals(rounds, count("a", "healthy>"), () -> changes("a").toString());
              });
    }
  }

  private long count(String id, String part) {
    return changes(id).stream().filter(change -> change.contains(part)).count();
  }

  @Test
  void theList_hasTheOneToCallFirst() throws Exception {
    report("a", 10, new Outcome(true, 900L, null));
    report("b", 10, new Outcome(true, 300L, null));
    report("c", 5, BAD);
    report("x", 1, GOOD);
    assertEquals(List.of("b", "a", "c"), listed("llm"));
    ask(reporting("b", new Outcome(false, 300L, null)));
    assertEquals(List.of("b", "a", "c"), listed("llm"));
    disable("b", null);
    assertEquals("a", listed("llm").get(0));
    assertEquals(List.of("x", "a", "b", "c"), listed(null));
    assertEquals(List.of(), listed("nobody"));
  }

  @Test
  void ofTwoEquallyFast_theMoreReliableIsFirst() throws Exception {
    ask(reporting("a", GOOD, GOOD, new Outcome(false, 100L, null), GOOD));
    report("b", 4, GOOD);
    assertEquals(List.of("b", "a"), listed("llm"));
  }

  private List<String> listed(String group) throws Exception {
    return ask(new ListProviders(COUNCIL, group)).items().stream()
        .map(ProviderHealth::providerId)
        .toList();
  }
}
