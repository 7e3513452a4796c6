package io.aetherkeep.health.provider;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import io.aetherkeep.health.store.ProviderStore;
import io.aetherkeep.health.store.ProviderStore.Judgement;
import io.aetherkeep.health.store.RedisProviderScan;
import io.aetherkeep.health.store.RedisProviders;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.testing.AdjustableClock;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The steps by which a provider is disabled in its group, with other reports between them. */
@ExtendWith(RedisExtension.class)
class GroupPlacesTest {

  private static final String GROUP = "group:provider:pair";
  private static final Outcome GOOD = new Outcome(true, 100L, null);
  private static final Outcome BAD = new Outcome(false, null, "it broke");
  private static final Duration COOL_DOWN = Duration.ofSeconds(30);
  private static final ProviderRules RULES =
      new ProviderRules(
          "pair", 5, 20, 0.9, 0.5, Duration.ofSeconds(30), 0.03, COOL_DOWN, COOL_DOWN, 3, 0, 0);

  private final Vertx vertx = Vertx.vertx();
  private final AdjustableClock clock =
      new AdjustableClock(Instant.parse("2026-11-21T04:01:45.551402Z"));
  private ForeignClient foreign;
  private ProviderStore store;
  private ProviderGroups groups;

  @BeforeEach
  void open(RedisServer redis) throws Exception {
    foreign = redis.foreign(1);
    Space space = new Space("s", "", Dialect.COUNCIL, 1 << 20, Map.of());
    RedisAccess access =
        await(RedisAccess.open(vertx, 1, Map.of(space, PatientTarget.of(redis.url(), 1))));
    store =
        new RedisProviders(
            access.line(space), space, RedisClock.by(clock), new RedisProviderScan(space));
    groups =
        new ProviderGroups(
            PerSpace.by(Map.of("s", store)),
            new HealthSettings(
                Duration.ofDays(1),
                ProviderRules.usual(),
                Map.of("s", Map.of("x", RULES, "y", RULES))));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    foreign.close();
  }

  private Judgement count(String id, int times, Outcome outcome) throws Exception {
    return await(store.count(id, RULES, false, Collections.nCopies(times, outcome)));
  }

  private Judgement ifAllowed(String id, Judgement judged) throws Exception {
    assertTrue(judged.wantsDisabled());
    return await(groups.ifAllowed("s", id, judged));
  }

  private boolean claim(String id, String claim) throws Exception {
    long until = groups.placeExpiry("s", RULES);
    return await(store.places().claim("pair", id, claim, until, 1));
  }

  @Test
  void successBeforeTheDecision_leavesThePlaceToAnother() throws Exception {
    Judgement failing = count("x", 5, BAD);
    count("x", 1, GOOD);
    assertEquals(Status.DEGRADED, ifAllowed("x", failing).after());
    assertEquals(0, foreign.number("ZCARD", GROUP));
    assertEquals(Status.DISABLED, ifAllowed("y", count("y", 5, BAD)).after());
  }

  /** The other claim was made in the same millisecond. */
  @Test
  void claimOfAnotherNodeForTheSameProvider_stays() throws Exception {
    Judgement failing = count("x", 5, BAD);
    count("x", 1, GOOD);
    assertTrue(claim("x", "other"));
    assertEquals(Status.DEGRADED, ifAllowed("x", failing).after());
    assertFalse(claim("y", "mine"));
    await(store.places().release("pair", "x", "other"));
    assertTrue(claim("y", "mine"));
  }

  @Test
  void severalClaimsOfOneProvider_takeOnePlace() throws Exception {
    for (String one : List.of("a", "b", "")) {
      assertTrue(claim("x", one));
    }
    assertFalse(claim("y", "a"));
    await(store.places().leave("pair", "x", Long.MAX_VALUE));
    assertEquals(0, foreign.number("ZCARD", GROUP));
  }

  @Test
  void placeOfADisabledProvider_isKeptUntilItIsBack() throws Exception {
    ifAllowed("x", count("x", 5, BAD));
    Judgement failing = count("y", 5, BAD);
    assertEquals(Status.DEGRADED, ifAllowed("y", failing).after());
    clock.move(COOL_DOWN);
    Judgement onTrial = await(store.reopen("x", RULES));
    await(groups.left("s", "x", onTrial, groups.placeExpiry("s", RULES)));
    assertEquals(Status.DISABLED, ifAllowed("y", count("y", 1, BAD)).after());
  }
}
