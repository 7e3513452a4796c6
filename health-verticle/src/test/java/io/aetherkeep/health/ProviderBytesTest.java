package io.aetherkeep.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.ProviderAsks.EnableProvider;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ReadProvider;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.catalogue.ProviderAsks.WriteProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records in Redis have the format and lifetime of the council's services. */
class ProviderBytesTest extends HealthDeployment {

  private static Map<String, String> record(String... fieldsAndTexts) {
    Map<String, String> record = new TreeMap<>();
    for (int i = 0; i < fieldsAndTexts.length; i += 2) {
      record.put(fieldsAndTexts[i], fieldsAndTexts[i + 1]);
    }
    return record;
  }

  @Test
  void aRecordWithoutFailure_hasThreeFields() throws Exception {
    report("p", 2, new Outcome(true, 250L, null));
    assertEquals(
        record("status", "healthy", "successRate", "1", "avgLatency", "250"), hash(key("p")));
  }

  @Test
  void aRecordWithAFailure_hasFour() throws Exception {
    ask(reporting("p", new Outcome(true, 100L, null), new Outcome(true, 101L, null), BAD));
    assertEquals(
        record(
            "status", "healthy",
            "successRate", "0.6667",
            "avgLatency", "100.5",
            "lastFailure", "2026-11-21T04:01:45.551Z"),
        hash(key("p")));
  }

  @Test
  void aTime_hasMillisecondsAlsoWhereTheyAreNone() throws Exception {
    clock.move(Duration.between(clock.instant(), START.plusSeconds(1).minusNanos(551_402_000)));
    report("p", 1, BAD);
    assertEquals("2026-11-21T04:01:46.000Z", foreign.text("HGET", key("p"), "lastFailure"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 250, 1, 250",
    "0.99, 0, 0.99, 0",
    "0, 12345678.5, 0, 12345678.5",
    "0.00001, 0.5, 0.00001, 0.5"
  })
  void numbersSetOutright_areWrittenWithoutExponent(
      double rate, double latency, String rateText, String latencyText) throws Exception {
    ask(new WriteProvider(COUNCIL, "p", Status.DEGRADED, rate, latency, "2026-01-31T08:00:00Z"));
    assertEquals(
        record(
            "status",
            "degraded",
            "successRate",
            rateText,
            "avgLatency",
            latencyText,
            "lastFailure",
            "2026-01-31T08:00:00Z"),
        hash(key("p")));
  }

  @Test
  void aRecord_livesFiveMinutesAndItsWindowFifteen() throws Exception {
    report("p", 1, GOOD);
    assertLifetime(300, key("p"));
    assertLifetime(900, window("p"));
    put("p", Status.DISABLED);
    assertLifetime(300, key("p"));
    assertLifetime(900, window("p"));
    report("p", 5, BAD);
    assertLifetime(300, key("p"));
  }

  @Test
  void whatStandsForLonger_livesUntilAMinuteAfter() throws Exception {
    disable("p", 7200L);
    report("p", 1, GOOD);
    assertLifetime(7260, key("p"));
    assertLifetime(7260, window("p"));
    enable("p", 3600L);
    report("p", 1, BAD);
    assertLifetime(3660, key("p"));
    enable("p", null);
    assertLifetime(300, key("p"));
    assertLifetime(900, window("p"));
    disable("p", null);
    assertLifetime(31_536_060, key("p"));
    report("p", 1, GOOD);
    assertLifetime(31_536_060, key("p"));
  }

  @Test
  void aRecordOfAnotherService_isRead() throws Exception {
    foreign.send(
        "HSET",
        key("p"),
        "status",
        "degraded",
        "successRate",
        "0.87",
        "avgLatency",
        "412.25",
        "lastFailure",
        "2026-11-21T03:59:00.000Z");
    ProviderHealth shown = read("p");
    assertEquals(Status.DEGRADED, shown.status());
    assertEquals(0.87, shown.successRate());
    assertEquals(412.25, shown.avgLatency());
    assertEquals("2026-11-21T03:59:00.000Z", shown.lastFailure());
    assertEquals(0, shown.requests());
    assertNull(shown.p95Latency());
  }

  @Test
  void aRecordOverwrittenByAnotherService_isReadAndThenCountedOn() throws Exception {
    report("p", 10, GOOD);
    foreign.send("HSET", key("p"), "status", "degraded", "successRate", "0.1");
    ProviderHealth shown = read("p");
    assertEquals(Status.DEGRADED, shown.status());
    assertEquals(0.1, shown.successRate());
    assertEquals(10, shown.requests());
    assertEquals(0.1429, report("p", 1, GOOD).successRate());
  }

  @ParameterizedTest
  @CsvSource({
    "unhealthy, much, NaN",
    "'', '', ''",
    "HEALTHY, Infinity, -Infinity",
    "down, 1e999, 0x"
  })
  void oddWordsAndNumbers_areReadAsTheUsual(String status, String rate, String latency)
      throws Exception {
    foreign.send(
        "HSET", key("p"), "status", status, "successRate", rate, "avgLatency", latency, "x", "y");
    ProviderHealth shown = read("p");
    assertEquals(Status.HEALTHY, shown.status());
    assertEquals(1, shown.successRate());
    assertEquals(0, shown.avgLatency());
    assertEquals(Status.HEALTHY, report("p", 1, GOOD).status());
    assertEquals("y", hash(key("p")).get("x"));
  }

  @Test
  void aKeyThatIsNoHash_spoilsNoList() throws Exception {
    report("a", 1, GOOD);
    report("b", 1, GOOD);
    foreign.send("SET", key("a"), "something else");
    assertEquals(
        List.of("b"),
        ask(new ListProviders(COUNCIL, null)).items().stream()
            .map(ProviderHealth::providerId)
            .toList());
    assertRefused(Code.UNREADABLE_VALUE, new ReadProvider(COUNCIL, "a"));
    assertRefused(Code.UNREADABLE_VALUE, reporting("a", BAD));
    assertRefused(Code.UNREADABLE_VALUE, new EnableProvider(COUNCIL, "a", null, null));
    assertEquals("something else", foreign.text("GET", key("a")));
    foreign.send("DEL", "window:provider:a");
    ask(new WriteProvider(COUNCIL, "a", Status.HEALTHY, null, null, null));
    assertEquals("healthy", hash(key("a")).get("status"));
  }
}
