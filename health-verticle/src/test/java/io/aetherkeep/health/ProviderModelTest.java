package io.aetherkeep.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.ProviderAsks.DisableProvider;
import io.aetherkeep.catalogue.ProviderAsks.EnableProvider;
import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealthChanged;
import io.aetherkeep.catalogue.ProviderAsks.ReportOutcomes;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.catalogue.ProviderAsks.WriteProvider;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import io.aetherkeep.health.store.IsoTime;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.testing.AdjustableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.awaitility.Awaitility;

/** Random reports and overrides in any order: the verticle agrees with the model. */
class ProviderModelTest {

  private static final Space SPACE = new Space("s", "", Dialect.ANY, 1 << 20, Map.of());
  private static final ProviderRules RULES =
      new ProviderRules(
          null,
          5,
          8,
          0.9,
          0.5,
          Duration.ofSeconds(1),
          0.03,
          Duration.ofSeconds(30),
          Duration.ofSeconds(100),
          3,
          0,
          0);

  private static final AdjustableClock CLOCK =
      new AdjustableClock(Instant.parse("2026-11-21T04:01:45.551402Z"));
  private static EmbeddedRedis redis;
  private static HealthNode node;
  private static int tries;

  /** Step of a provider and its model. */
  private interface Step {
    ProviderHealth take(String id, ProviderModel model) throws Exception;
  }

  @BeforeContainer
  static void deploy() throws Exception {
    redis = EmbeddedRedis.start(EmbeddedRedis.options());
    node =
        new HealthNode(
            Map.of(SPACE, HealthDeployment.patient(redis.url())),
            new HealthSettings(Duration.ofDays(1), RULES, Map.of()),
            CLOCK);
  }

  @AfterContainer
  static void close() throws Exception {
    node.close();
    redis.close();
  }

  @Property(tries = 200)
  void theStatus_isWhatTheModelSays(@ForAll("steps") List<Step> steps) throws Exception {
    String id = "p" + tries++;
    ProviderModel model = new ProviderModel(RULES);
    List<String> received = new ArrayList<>();
    for (Step step : steps) {
      ProviderHealth shown = step.take(id, model);
      if (shown != null) {
        received.add(shown.toString());
        assertEquals(model.status(), shown.status(), received::toString);
        assertEquals(model.onTrial(), shown.trial(), received::toString);
        assertEquals(model.byHand(), shown.byHand(), received::toString);
        assertEquals(until(model), shown.until(), received::toString);
      }
    }
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> changes(id), model.changes()::equals);
  }

  private static String until(ProviderModel model) {
    return model.until() > CLOCK.millis()
        ? IsoTime.format(Instant.ofEpochMilli(model.until()))
        : null;
  }

  private static List<String> changes(String id) {
    return node.heard(ProviderHealthChanged.class).stream()
        .filter(event -> event.id().equals(id))
        .map(event -> event.before().word() + ">" + event.after().word())
        .toList();
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Arbitraries.frequencyOf(
            Tuple.of(10, reports()),
            Tuple.of(6, pauses()),
            Tuple.of(1, ends().map(ProviderModelTest::disable)),
            Tuple.of(1, ends().map(ProviderModelTest::enable)),
            Tuple.of(1, Arbitraries.of(Status.class).map(ProviderModelTest::put)))
        .list()
        .ofMinSize(5)
        .ofMaxSize(40);
  }

  private static Arbitrary<Step> pauses() {
    Arbitrary<Integer> seconds =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.integers().between(1, 10)),
            Tuple.of(3, Arbitraries.of(29, 30, 31, 60, 61, 100, 101)),
            Tuple.of(1, Arbitraries.integers().between(60, 1200)));
    return seconds.map(
        pause ->
            (id, model) -> {
              CLOCK.move(Duration.ofSeconds(pause));
              return null;
            });
  }

  private static Arbitrary<Step> reports() {
    Arbitrary<Outcome> outcome =
        Combinators.combine(
                Arbitraries.integers().between(0, 99),
                Arbitraries.longs().between(0, 3000).injectNull(0.3))
            .as((luck, latency) -> new Outcome(luck < 85, latency, null));
    Arbitrary<Outcome> bad = Arbitraries.just(new Outcome(false, null, "broke"));
    Arbitrary<Outcome> good = Arbitraries.just(new Outcome(true, 10L, null));
    return Arbitraries.oneOf(
            outcome.list().ofMinSize(1).ofMaxSize(20),
            bad.list().ofMinSize(1).ofMaxSize(6),
            good.list().ofMinSize(1).ofMaxSize(12))
        .map(outcomes -> (id, model) -> report(id, model, outcomes));
  }

  private static ProviderHealth report(String id, ProviderModel model, List<Outcome> outcomes)
      throws Exception {
    model.report(outcomes, CLOCK.millis());
    ProviderHealth shown = node.ask(new ReportOutcomes(SPACE.name(), id, outcomes));
    assertEquals(model.rate(), shown.successRate(), 0.000051);
    assertEquals(model.averageLatency(), shown.avgLatency(), 0.051);
    assertEquals(model.failuresInARow(), shown.consecutiveFailures());
    assertEquals(model.requests(), shown.requests());
    assertTrue(shown.lastFailure() == null || shown.lastFailure().endsWith("Z"));
    return shown;
  }

  private static Arbitrary<Long> ends() {
    return Arbitraries.of(1L, 10L, 30L, 90L, 1800L).injectNull(0.3);
  }

  private static long end(Long seconds) {
    return seconds == null ? 0 : CLOCK.millis() + seconds * 1000;
  }

  private static Step disable(Long seconds) {
    return (id, model) -> {
      model.disableByHand(end(seconds));
      return node.ask(new DisableProvider(SPACE.name(), id, "maintenance", seconds));
    };
  }

  private static Step enable(Long seconds) {
    return (id, model) -> {
      model.enableByHand(end(seconds));
      return node.ask(new EnableProvider(SPACE.name(), id, null, seconds));
    };
  }

  private static Step put(Status status) {
    return (id, model) -> {
      model.put(status, CLOCK.millis());
      return node.ask(new WriteProvider(SPACE.name(), id, status, null, null, null));
    };
  }
}
