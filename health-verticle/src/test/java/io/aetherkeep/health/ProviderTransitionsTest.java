package io.aetherkeep.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.ProviderAsks.DisableProvider;
import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ReadProvider;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.catalogue.ProviderAsks.WriteProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Example of each rule of a provider's health, with default thresholds. */
class ProviderTransitionsTest extends HealthDeployment {

  private static final Duration COOL_DOWN = Duration.ofSeconds(30);

  private void assertStatus(Status status, String reason, ProviderHealth shown) {
    assertEquals(status + ": " + reason, shown.status() + ": " + shown.reason());
  }

  @Test
  void theFifthFailureInARow_disables() throws Exception {
    report("p", 4, BAD);
    assertStatus(Status.HEALTHY, "no failures", report("p", 1, GOOD));
    assertStatus(Status.HEALTHY, "no failures", report("p", 4, BAD));
    assertStatus(Status.DISABLED, "5 failures in a row", report("p", 1, BAD));
    assertEquals("2026-11-21T04:02:15.551Z", read("p").until());
  }

  @Test
  void aRateOfFewRequests_saysNothing() throws Exception {
    for (int i = 0; i < 9; i++) {
      assertEquals(Status.HEALTHY, report("p", 1, BAD).status());
      assertEquals(Status.HEALTHY, report("p", 1, GOOD).status());
    }
    report("p", 1, BAD);
    assertStatus(Status.DEGRADED, "success rate 0.500", report("p", 1, GOOD));
    assertStatus(Status.DISABLED, "success rate 0.476", report("p", 1, BAD));
  }

  @Test
  void aDegradedOne_isHealthyOnlyWithSomeRoom() throws Exception {
    report("p", 3, BAD);
    assertStatus(Status.DEGRADED, "success rate 0.850", report("p", 17, GOOD));
    assertEquals(Status.DEGRADED, report("p", 12, GOOD).status());
    assertEquals(0.9062, read("p").successRate());
    assertEquals(Status.DEGRADED, report("p", 10, GOOD).status());
    assertStatus(Status.HEALTHY, "recovered", report("p", 1, GOOD));
    assertEquals(
        List.of("healthy>degraded: success rate 0.850", "degraded>healthy: recovered"),
        settledChanges("p", 2));
  }

  @Test
  void slowAnswers_degradeUntilTheyAreFastAgain() throws Exception {
    assertEquals(Status.HEALTHY, report("p", 19, new Outcome(true, 31_000L, null)).status());
    ProviderHealth slow = report("p", 1, new Outcome(true, 31_000L, null));
    assertStatus(Status.DEGRADED, "average latency 31000 ms", slow);
    assertEquals(Status.DEGRADED, report("p", 1, new Outcome(true, 0L, null)).status());
    assertEquals(Status.HEALTHY, report("p", 1, new Outcome(true, 0L, null)).status());
  }

  @Test
  void theCoolDown_doublesWithEachFailedTrialUpToTheLongest() throws Exception {
    report("p", 5, BAD);
    List<Long> waits = new ArrayList<>();
    Duration wait = COOL_DOWN;
    for (int i = 0; i < 6; i++) {
      clock.move(wait);
      ProviderHealth shown = report("p", 1, BAD);
      assertStatus(Status.DISABLED, "failed on trial", shown);
      wait = Duration.between(clock.instant(), Instant.parse(shown.until())).plusMillis(1);
      waits.add(wait.toSeconds());
    }
    assertEquals(List.of(60L, 120L, 240L, 480L, 600L, 600L), waits);
    assertEquals(1, settledChanges("p", 1).size());
  }

  @Test
  void aPassedTrial_isHealthyAndItsPastForgotten() throws Exception {
    report("p", 5, BAD);
    clock.move(COOL_DOWN.minusMillis(1));
    assertEquals(Status.DISABLED, report("p", 1, GOOD).status());
    clock.move(Duration.ofMillis(1));
    ProviderHealth trying = report("p", 2, GOOD);
    assertStatus(Status.DEGRADED, "on trial", trying);
    assertTrue(trying.trial());
    ProviderHealth passed = report("p", 1, GOOD);
    assertStatus(Status.HEALTHY, "passed its trial", passed);
    assertFalse(passed.trial());
    assertEquals(0, passed.requests());
    report("p", 5, BAD);
    assertEquals("2026-11-21T04:02:45.551Z", read("p").until());
  }

  @Test
  void outcomesOfFifteenMinutes_count() throws Exception {
    report("p", 3, BAD);
    clock.move(Duration.ofMinutes(14));
    assertEquals(4, report("p", 1, GOOD).requests());
    clock.move(Duration.ofMinutes(1));
    ProviderHealth later = report("p", 1, GOOD);
    assertEquals(2, later.requests());
    assertEquals(1, later.successRate());
    assertEquals("2026-11-21T04:01:45.551Z", later.lastFailure());
    assertEquals("it broke", later.lastError());
  }

  @Test
  void whatWasDisabledByHand_noOutcomeBringsBack() throws Exception {
    assertStatus(Status.DISABLED, "maintenance", disable("p", null));
    clock.move(Duration.ofDays(2));
    ProviderHealth shown = report("p", 50, GOOD);
    assertStatus(Status.DISABLED, "maintenance", shown);
    assertTrue(shown.byHand());
    assertNull(shown.until());
    assertStatus(Status.HEALTHY, "enabled by hand", enable("p", null));
    assertFalse(read("p").byHand());
  }

  @Test
  void whatWasDisabledForATime_isHealthyAfterIt() throws Exception {
    report("p", 4, BAD);
    disable("p", 60L);
    clock.move(Duration.ofMinutes(1));
    assertStatus(Status.HEALTHY, "the manual override has expired", report("p", 4, BAD));
    assertEquals(Status.DISABLED, report("p", 1, BAD).status());
  }

  @Test
  void whatWasEnabledForATime_noFailureDisables() throws Exception {
    report("p", 5, BAD);
    ProviderHealth enabled = enable("p", 60L);
    assertTrue(enabled.byHand());
    assertEquals(Status.HEALTHY, report("p", 50, BAD).status());
    clock.move(Duration.ofMinutes(1));
    assertStatus(Status.DISABLED, "51 failures in a row", report("p", 1, BAD));
  }

  @Test
  void enabling_forgetsThePast() throws Exception {
    report("p", 4, new Outcome(false, 4000L, "slow and wrong"));
    ProviderHealth enabled = enable("p", null);
    assertEquals(1, enabled.successRate());
    assertEquals(0, enabled.avgLatency());
    assertEquals(0, enabled.requests());
    assertEquals(Status.HEALTHY, report("p", 4, BAD).status());
  }

  @Test
  void aRecordSetOutright_isShownAsItWasSet() throws Exception {
    report("p", 5, BAD);
    ask(new WriteProvider(COUNCIL, "p", Status.DEGRADED, 0.75, 1250.5, "2026-01-31T08:00:00Z"));
    ProviderHealth shown = read("p");
    assertStatus(Status.DEGRADED, "set outright", shown);
    assertEquals(0.75, shown.successRate());
    assertEquals(1250.5, shown.avgLatency());
    assertEquals("2026-01-31T08:00:00Z", shown.lastFailure());
    assertTrue(shown.byHand());
    ProviderHealth later = report("p", 1, GOOD);
    assertStatus(Status.DEGRADED, "set outright", later);
    assertEquals(0.7619, later.successRate());
    assertEquals(1195.7, later.avgLatency());
    clock.move(Duration.ofMinutes(5));
    assertStatus(Status.HEALTHY, "the manual override has expired", report("p", 1, GOOD));
  }

  @Test
  void outcomes_areAddedToARecordThatWasSet() throws Exception {
    ask(new WriteProvider(COUNCIL, "p", Status.HEALTHY, 0.98, 1500.0, null));
    ProviderHealth shown = report("p", 1, BAD);
    assertEquals(Status.HEALTHY, shown.status());
    assertEquals(0.9333, shown.successRate());
    assertEquals(1500, shown.avgLatency());
    assertEquals(1, shown.requests());
    clock.move(Duration.ofMinutes(15));
    assertEquals(0, report("p", 1, BAD).successRate());
  }

  @Test
  void percentiles_areLatenciesThatWereReported() throws Exception {
    ProviderHealth one = report("p", 1, new Outcome(true, 812L, null));
    assertEquals(List.of(812L, 812L, 812L), percentiles(one));
    for (long latency = 1; latency <= 200; latency++) {
      report("p", 1, new Outcome(true, latency, null));
    }
    assertEquals(List.of(150L, 195L, 199L), percentiles(read("p")));
  }

  private static List<Long> percentiles(ProviderHealth shown) {
    return List.of(shown.p50Latency(), shown.p95Latency(), shown.p99Latency());
  }

  @Test
  void whatMakesNoSense_isRefused() {
    assertRefused(Code.PROVIDER_UNKNOWN, new ReadProvider(COUNCIL, "unheard-of"));
    assertRefused(Code.SPACE_UNKNOWN, new ReadProvider("nowhere", "p"));
    assertRefused(Code.INVALID_ID, new ReadProvider(COUNCIL, "a b"));
    assertRefused(Code.INVALID_BODY, reporting("p"));
    assertRefused(Code.INVALID_BODY, reporting("p", 1001, GOOD));
    assertRefused(Code.INVALID_BODY, reporting("p", new Outcome(true, -1L, null)));
    assertRefused(Code.INVALID_BODY, new DisableProvider(COUNCIL, "p", " ", null));
    assertRefused(Code.INVALID_BODY, new DisableProvider(COUNCIL, "p", "why", 0L));
    for (double rate : new double[] {-0.1, 1.1, Double.NaN}) {
      assertRefused(
          Code.INVALID_BODY, new WriteProvider(COUNCIL, "p", Status.HEALTHY, rate, null, null));
    }
    assertRefused(
        Code.INVALID_BODY, new WriteProvider(COUNCIL, "p", Status.HEALTHY, null, null, "today"));
    assertEquals(List.of(), foreign.send("HGETALL", key("p")));
  }

  private List<String> settledChanges(String id, int count) {
    Awaitility.await().until(() -> changes(id).size() >= count);
    return changes(id);
  }
}
