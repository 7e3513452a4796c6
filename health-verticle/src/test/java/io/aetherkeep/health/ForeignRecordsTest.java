package io.aetherkeep.health;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.LeaseAsks.LeaseProvider;
import io.aetherkeep.catalogue.ProviderAsks.DisableProvider;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Records that other services write are taken over, and invalid values are bounded. */
class ForeignRecordsTest extends HealthDeployment {

  private static final LeaseProvider LEASE = new LeaseProvider(COUNCIL, "one", null, null);

  @Override
  protected HealthSettings settings() {
    ProviderRules rules =
        new ProviderRules(
            "one",
            5,
            20,
            0.9,
            0.5,
            Duration.ofSeconds(30),
            0.03,
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            3,
            0,
            0);
    return new HealthSettings(
        NEVER, ProviderRules.usual(), Map.of(COUNCIL, Map.of("leased", rules)));
  }

  private void write(String id, String status, String rate, String latency) {
    foreign.send("HSET", key(id), "status", status, "successRate", rate, "avgLatency", latency);
  }

  private List<String> listed() throws Exception {
    return ask(new ListProviders(COUNCIL, null)).items().stream()
        .map(ProviderHealth::providerId)
        .sorted()
        .toList();
  }

  @Test
  void aForeignStatus_standsUntilItsRecordExpires() throws Exception {
    report("p", 3, GOOD);
    write("p", "disabled", "0.1", "9000");
    foreign.send("EXPIRE", key("p"), "200");
    ProviderHealth shown = read("p");
    assertEquals(Status.DISABLED, shown.status());
    assertTrue(shown.byHand());
    assertNotNull(shown.until());
    assertEquals(Status.DISABLED, report("p", 50, GOOD).status());
    assertEquals("disabled", foreign.text("HGET", key("p"), "status"));
    assertTrue(read("p").byHand());
    foreign.send("DEL", key("p"));
    assertEquals(Status.HEALTHY, report("p", 1, GOOD).status());
    assertFalse(read("p").byHand());
  }

  @Test
  void foreignNumbersThatAreNone_countForNothing() throws Exception {
    for (String odd : List.of("NaN", "Infinity", "1e400", "abc")) {
      write(odd, "healthy", odd, odd);
      ProviderHealth shown = report(odd, 1, GOOD);
      assertEquals(1, shown.successRate());
      assertEquals(shown.p50Latency(), Math.round(shown.avgLatency()));
      assertFalse(foreign.text("HGET", key(odd), "avgLatency").contains("n"));
    }
  }

  @Test
  void aDamagedWindow_countsForNothing() throws Exception {
    for (String odd : List.of("nan", "-inf", "1e300", "abc", "-1", "99999999999999999999999")) {
      String id = "odd-" + odd;
      report(id, 1, GOOD);
      List<String> fields =
          List.of("row", "trial", "until", "cooldown", "from", "latencies", "base", "state", "m1");
      for (String field : fields) {
        foreign.send("HSET", window(id), field, odd);
      }
      assertEquals(Status.HEALTHY, report(id, 1, GOOD).status(), odd);
      assertEquals(Status.HEALTHY, read(id).status(), odd);
      for (String field : fields) {
        foreign.send("HSET", window(id), field, odd);
      }
      ask(new DisableProvider(COUNCIL, id, "by hand", 60L));
      assertEquals(Status.DISABLED, read(id).status(), odd);
    }
    assertTrue(listed().contains("odd-nan"));
  }

  @Test
  void aForeignStatusWithoutALifetime_standsUntilItIsTakenBack() throws Exception {
    write("p", "degraded", "0.8", "100");
    assertEquals(Status.DEGRADED, report("p", 30, GOOD).status());
    assertNull(read("p").until());
    write("p", "healthy", "0.99", "100");
    ProviderHealth shown = report("p", 1, GOOD);
    assertEquals(Status.HEALTHY, shown.status());
    assertFalse(shown.byHand());
    assertEquals(0.9905, shown.successRate());
  }

  @Test
  void aForeignRecord_isTheBaseOfFurtherCounts() throws Exception {
    write("p", "healthy", "0.98", "1500");
    ProviderHealth shown = report("p", 1, BAD);
    assertEquals(0.9333, shown.successRate());
    assertEquals(1500, shown.avgLatency());
    assertEquals(Status.HEALTHY, shown.status());
  }

  @Test
  void aDecisionThatWasMadeHere_staysWhateverOthersWrite() throws Exception {
    disable("p", null);
    write("p", "healthy", "1", "1");
    assertEquals(Status.DISABLED, read("p").status());
    assertEquals(Status.DISABLED, report("p", 1, GOOD).status());
    assertTrue(read("p").byHand());
  }

  @Test
  void aLease_followsARecordThatNoOutcomeHasTakenOverYet() throws Exception {
    report("leased", 1, GOOD);
    write("leased", "disabled", "0", "0");
    assertRefused(Code.RATE_LIMITED, LEASE);
    report("leased", 1, GOOD);
    write("leased", "healthy", "1", "0");
    assertEquals("leased", ask(LEASE).providerId());
    write("leased", "disabled", "0", "0");
    report("leased", 1, GOOD);
    assertRefused(Code.RATE_LIMITED, LEASE);
    foreign.send("DEL", key("leased"));
    assertEquals("leased", ask(LEASE).providerId());
  }

  @Test
  void aLease_followsADecisionThatWasMadeHere() throws Exception {
    disable("leased", null);
    write("leased", "healthy", "1", "1");
    assertRefused(Code.RATE_LIMITED, LEASE);
    enable("leased", 60L);
    write("leased", "disabled", "0", "0");
    assertEquals("leased", ask(LEASE).providerId());
  }

  @Test
  void whatOnlyOthersWrote_isListed() throws Exception {
    for (int i = 10; i < 30; i++) {
      write("theirs-" + i, "healthy", "1", "1");
    }
    report("ours", 1, GOOD);
    assertEquals(21, listed().size());
  }

  @Test
  void whatOnlyOthersWrote_isSearchedByOneEventLoop() throws Exception {
    write("early", "healthy", "1", "1");
    await().until(() -> listed().contains("early"));
    write("late", "healthy", "1", "1");
    for (int i = 0; i < 4; i++) {
      assertEquals(List.of("early"), listed());
    }
  }

  @Test
  void aWindowThatIsNone_spoilsNothing() throws Exception {
    report("good", 1, GOOD);
    report("bad", 1, GOOD);
    foreign.send(
        "HSET",
        window("bad"),
        "m29000000",
        "x",
        "m99999999",
        "1",
        "latencies",
        "a 5 -",
        "until",
        "soon",
        "trial",
        "no",
        "row",
        "-",
        "base",
        "?");
    assertEquals(List.of("bad", "good"), listed());
    assertEquals(5L, read("bad").p50Latency());
    assertEquals(Status.HEALTHY, report("bad", 1, GOOD).status());
    foreign.send("DEL", window("bad"));
    foreign.send("SET", window("bad"), "something else");
    assertEquals(List.of("bad", "good"), listed());
    assertEquals(Status.HEALTHY, read("bad").status());
    String record = "provider:health:bad";
    foreign.send("DEL", record);
    foreign.send("SET", record, "something else");
    assertEquals(List.of("good"), listed());
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> read("bad"));
    Failure failure = Failure.from(thrown.getCause());
    assertEquals(Code.UNREADABLE_VALUE, failure.code());
    assertTrue(failure.detail().contains(record), failure::detail);
  }

  @Test
  void brokenIndexes_areRepaired() throws Exception {
    foreign.send("SET", "index:providers", "x");
    foreign.send("SET", "index:providers-due", "x");
    report("p", 5, BAD);
    assertEquals(List.of("p"), listed());
    assertEquals(1, foreign.number("ZCARD", "index:providers-due"));
  }
}
