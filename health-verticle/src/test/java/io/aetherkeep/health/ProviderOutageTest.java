package io.aetherkeep.health;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.ProviderAsks.DisableProvider;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.OutcomeKind;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ReadProvider;
import io.aetherkeep.catalogue.ProviderAsks.ReportOutcomes;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.embedded.EmbeddedRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Providers during an outage of Redis, and after it. */
class ProviderOutageTest extends RedisTrouble {

  private static final Outcome GOOD = new Outcome(true, 100L, null);
  private static final Outcome BAD = new Outcome(false, null, "it broke");

  @TempDir private Path directory;

  private void keepData() {
    kill();
    back();
  }

  private EmbeddedRedis.Options options() {
    return EmbeddedRedis.options().withDataDirectory(directory);
  }

  private void kill() {
    redis.kill();
    await().until(() -> redisCheck().status() == HealthStatus.DOWN);
  }

  private void back() {
    redis = EmbeddedRedis.start(options().withPort(redis.port()));
    awaitUp();
  }

  private ProviderHealth report(int times, Outcome outcome) throws Exception {
    return node.ask(new ReportOutcomes("council", "a", Collections.nCopies(times, outcome)));
  }

  private ProviderHealth read() throws Exception {
    return node.ask(new ReadProvider("council", "a"));
  }

  private void assertUnavailable(Ask<?> ask) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> node.ask(ask));
    assertEquals(Code.REDIS_UNAVAILABLE, Failure.from(thrown.getCause()).code());
  }

  @Test
  void read_isAnsweredWithWhatWasKnownAndSaysSo() throws Exception {
    report(3, GOOD);
    assertNull(read().staleSeconds());
    kill();
    assertEquals(3, read().requests());
    assertNotNull(read().staleSeconds());
    List<ProviderHealth> list = node.ask(new ListProviders("council", null)).items();
    assertEquals(List.of("a"), list.stream().map(ProviderHealth::providerId).toList());
    assertNotNull(node.ask(new ListProviders("council", null)).staleSeconds());
  }

  @Test
  void read_failsOfWhatThisNodeKnowsNothingOf() {
    kill();
    assertUnavailable(new ReadProvider("council", "b"));
    assertUnavailable(new DisableProvider("council", "a", "maintenance", null));
  }

  @Test
  void outcomes_decideOnThisNodeAlone() throws Exception {
    report(2, BAD);
    kill();
    assertEquals(Status.HEALTHY, report(1, GOOD).status());
    ProviderHealth disabled = report(5, BAD);
    assertEquals(Status.DISABLED, disabled.status());
    assertEquals("5 failures in a row", disabled.reason());
    assertEquals(8, disabled.requests());
    assertNotNull(disabled.until());
    assertEquals(Status.DISABLED, read().status());
  }

  @Test
  void aRetryAfter_disablesOnThisNodeAloneThatLong() throws Exception {
    report(1, GOOD);
    kill();
    Outcome limited = new Outcome(false, null, "429", null, null, 60L, OutcomeKind.RATE, null);
    ProviderHealth shown = report(6, limited);
    assertEquals(Status.DISABLED, shown.status());
    assertEquals("it sent Retry-After", shown.reason());
    assertNotNull(shown.until());
    assertEquals(0, shown.consecutiveFailures());
    assertEquals(1, shown.requests());
    assertEquals(1, shown.successRate());
    assertEquals("429", shown.lastError());
    ahead = Duration.ofSeconds(61);
    assertEquals(Status.HEALTHY, read().status());
  }

  @Test
  void aManualOverrideForATime_endsInTheOutage() throws Exception {
    ProviderHealth disabled = node.ask(new DisableProvider("council", "a", "maintenance", 60L));
    assertEquals(Status.DISABLED, disabled.status());
    kill();
    assertEquals(Status.DISABLED, read().status());
    assertTrue(read().byHand());
    ahead = Duration.ofSeconds(61);
    ProviderHealth shown = read();
    assertEquals(Status.HEALTHY, shown.status());
    assertEquals("the manual override has expired", shown.reason());
    assertFalse(shown.byHand());
    assertNull(shown.until());
  }

  @Test
  void outcomes_areMergedOnceWhenRedisIsBack() throws Exception {
    keepData();
    report(2, GOOD);
    kill();
    report(3, GOOD);
    report(4, BAD);
    back();
    await().until(() -> read().staleSeconds() == null && read().requests() == 9);
    ProviderHealth merged = read();
    assertEquals(4, merged.consecutiveFailures());
    assertEquals(5.0 / 9, merged.successRate(), 0.001);
    report(1, BAD);
    assertEquals(10, read().requests());
    assertEquals(Status.DISABLED, read().status());
  }

  @Test
  void outcomes_areMerged_ifTheRecordOfAnotherProviderIsUnreadable() throws Exception {
    keepData();
    tell("SET", "p:provider:health:a", "something else");
    kill();
    report(1, GOOD);
    node.ask(new ReportOutcomes("council", "b", List.of(GOOD)));
    back();
    await().until(() -> tell("HGET", "p:provider:health:b", "status") != null);
  }

  @Test
  void outcomes_areDropped_ifTheRecordIsUnreadable() throws Exception {
    keepData();
    tell("SET", "p:provider:health:a", "something else");
    kill();
    report(2, GOOD);
    reportAndAwaitMerge("b");
    tell("DEL", "p:provider:health:a");
    kill();
    reportAndAwaitMerge("c");
    assertNull(tell("HGET", "p:provider:health:a", "status"));
  }

  /** Merges one outcome when Redis is back, after those of providers before it in the alphabet. */
  private void reportAndAwaitMerge(String provider) throws Exception {
    node.ask(new ReportOutcomes("council", provider, List.of(GOOD)));
    back();
    await().until(() -> tell("HGET", "p:provider:health:" + provider, "status") != null);
  }

  @Test
  void outcomes_areBounded() throws Exception {
    kill();
    for (int i = 0; i < 5; i++) {
      report(1000, GOOD);
    }
    assertEquals(1000, read().requests());
  }
}
