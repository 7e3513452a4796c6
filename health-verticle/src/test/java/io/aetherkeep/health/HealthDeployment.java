package io.aetherkeep.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.ProviderAsks.DisableProvider;
import io.aetherkeep.catalogue.ProviderAsks.EnableProvider;
import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ReadProvider;
import io.aetherkeep.catalogue.ProviderAsks.ReportOutcomes;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.catalogue.ProviderAsks.WriteProvider;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.AdjustableClock;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Deployment for tests: a node of two health verticles, a space, a real Redis. */
@ExtendWith(RedisExtension.class)
abstract class HealthDeployment {

  protected static final String COUNCIL = "council";
  protected static final Instant START = Instant.parse("2026-11-21T04:01:45.551402Z");
  protected static final Duration NEVER = Duration.ofDays(1);
  protected static final Outcome GOOD = new Outcome(true, 100L, null);
  protected static final Outcome BAD = new Outcome(false, null, "it broke");

  protected final AdjustableClock clock = new AdjustableClock(START);
  protected final List<HealthNode> nodes = new ArrayList<>();
  protected HealthNode node;
  protected ForeignClient foreign;
  private RedisServer redis;

  @BeforeEach
  void deploy(RedisServer server) throws Exception {
    redis = server;
    foreign = server.foreign(1);
    node = addNode();
  }

  @AfterEach
  void close() throws Exception {
    for (HealthNode each : nodes) {
      each.close();
    }
    foreign.close();
  }

  protected HealthSettings settings() {
    return new HealthSettings(NEVER, ProviderRules.usual(), Map.of());
  }

  protected HealthNode addNode() throws Exception {
    return addNode(Map.of());
  }

  /** A node with other lifetimes than the usual ones. */
  protected HealthNode addNode(Map<String, Duration> lifetimes) throws Exception {
    Map<Space, RedisTarget> targets = new LinkedHashMap<>();
    targets.put(new Space(COUNCIL, "", Dialect.COUNCIL, 1 << 20, lifetimes), patient(redis.url()));
    HealthNode added = new HealthNode(targets, settings(), clock);
    nodes.add(added);
    return added;
  }

  static RedisTarget patient(String url) {
    return PatientTarget.of(url, 1);
  }

  protected ForeignClient anotherForeign() {
    return redis.foreign(1);
  }

  protected <A> A ask(Ask<A> ask) throws Exception {
    return node.ask(ask);
  }

  protected void assertRefused(Code code, Ask<?> ask) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> ask(ask));
    assertEquals(code, Failure.from(thrown.getCause()).code());
  }

  protected static ReportOutcomes reporting(String id, Outcome... outcomes) {
    return new ReportOutcomes(COUNCIL, id, List.of(outcomes));
  }

  protected static ReportOutcomes reporting(String id, int times, Outcome outcome) {
    return new ReportOutcomes(COUNCIL, id, Collections.nCopies(times, outcome));
  }

  protected ProviderHealth report(String id, int times, Outcome outcome) throws Exception {
    return ask(reporting(id, times, outcome));
  }

  protected ProviderHealth read(String id) throws Exception {
    return ask(new ReadProvider(COUNCIL, id));
  }

  protected ProviderHealth disable(String id, Long seconds) throws Exception {
    return ask(new DisableProvider(COUNCIL, id, "maintenance", seconds));
  }

  protected ProviderHealth enable(String id, Long seconds) throws Exception {
    return ask(new EnableProvider(COUNCIL, id, null, seconds));
  }

  protected ProviderHealth put(String id, Status status) throws Exception {
    return ask(new WriteProvider(COUNCIL, id, status, null, null, null));
  }

  protected static String key(String id) {
    return "provider:health:" + id;
  }

  protected static String window(String id) {
    return "window:provider:" + id;
  }

  /** The fields of a hash, read by a foreign client. */
  protected Map<String, String> hash(String key) {
    Map<String, String> fields = new TreeMap<>();
    List<?> reply = (List<?>) foreign.send("HGETALL", key);
    for (int i = 0; i < reply.size(); i += 2) {
      fields.put(String.valueOf(reply.get(i)), String.valueOf(reply.get(i + 1)));
    }
    return fields;
  }

  /** Compares lifetimes, which decrease by milliseconds until the answer. */
  protected void assertLifetime(long expectedSeconds, String key) {
    long actual = (foreign.number("PTTL", key) + 999) / 1000;
    assertTrue(
        Math.abs(expectedSeconds - actual) <= 30,
        () -> expectedSeconds + " expected, not " + actual);
  }

  /** Announced changes of a provider on all nodes, as {@code before>after: why}. */
  protected List<String> changes(String id) {
    return nodes.stream().flatMap(each -> each.changes(id).stream()).toList();
  }
}
