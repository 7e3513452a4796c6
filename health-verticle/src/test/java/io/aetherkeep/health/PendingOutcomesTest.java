package io.aetherkeep.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.OutcomeKind;
import io.aetherkeep.health.provider.PendingOutcomes;
import io.aetherkeep.health.provider.PendingOutcomes.Batch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PendingOutcomesTest {

  private static final Instant NOW = Instant.parse("2026-11-21T04:00:00Z");
  private static final Outcome GOOD = new Outcome(true, 1L, null);
  private static final Outcome BAD = new Outcome(false, null, null);

  private final PendingOutcomes kept = new PendingOutcomes();

  @Test
  void handOut_givesTheSameBatchUntilItIsMerged() {
    kept.keep("a", List.of(GOOD), NOW);
    Batch first = kept.takeBatch("a", NOW);
    kept.keep("a", List.of(BAD), NOW);
    assertEquals(first, kept.takeBatch("a", NOW));
    assertEquals(2, kept.of("a").size());
    kept.remove("a", first);
    Batch second = kept.takeBatch("a", NOW);
    assertEquals(List.of(BAD), second.outcomes(NOW));
    assertTrue(second.number() > first.number());
    kept.remove("a", second);
    assertNull(kept.takeBatch("a", NOW));
    assertEquals(Set.of(), kept.ids());
  }

  @Test
  void handOut_leavesOutWhatIsTooOldToSaySomething() {
    kept.keep("a", List.of(GOOD), NOW.minus(Duration.ofMinutes(16)));
    kept.keep("a", List.of(BAD), NOW);
    assertEquals(List.of(BAD), kept.takeBatch("a", NOW).outcomes(NOW));
    kept.keep("b", List.of(GOOD), NOW.minus(Duration.ofMinutes(16)));
    assertNull(kept.takeBatch("b", NOW));
  }

  @Test
  void handOut_dropsABatchThatCouldNotBeMergedUntilItWasTooOld() {
    kept.keep("a", List.of(GOOD), NOW.minus(Duration.ofMinutes(14)));
    Batch first = kept.takeBatch("a", NOW);
    kept.keep("a", List.of(BAD), NOW);
    assertEquals(first, kept.takeBatch("a", NOW.plusSeconds(59)));
    assertEquals(List.of(BAD), kept.takeBatch("a", NOW.plusSeconds(61)).outcomes(NOW));
    assertEquals(1, kept.of("a").size());
  }

  @Test
  void aRetryAfter_runsFromItsReportOn() {
    kept.keep("a", List.of(limited(60)), NOW);
    Batch batch = kept.takeBatch("a", NOW);
    assertEquals(List.of(limited(60)), batch.outcomes(NOW.minusSeconds(1)));
    assertEquals(List.of(limited(60)), batch.outcomes(NOW));
    assertEquals(List.of(limited(40)), batch.outcomes(NOW.plusMillis(20_500)));
    assertEquals(List.of(limited(0)), batch.outcomes(NOW.plusSeconds(60)));
    assertEquals(List.of(limited(0)), batch.outcomes(NOW.plusSeconds(90)));
  }

  private static Outcome limited(long seconds) {
    return new Outcome(false, null, "429", null, null, seconds, OutcomeKind.RATE, null);
  }

  @Test
  void keep_refusesAProviderTooMany() {
    for (int i = 0; i < 1000; i++) {
      assertTrue(kept.keep("p" + i, List.of(GOOD), NOW));
    }
    assertFalse(kept.keep("one more", List.of(GOOD), NOW));
    assertTrue(kept.keep("p7", List.of(BAD), NOW));
  }
}
