package io.aetherkeep.health;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.HealthAsks;
import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.RedisHealthChanged;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.testing.ForeignClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Faults of a Redis are reported as such, until they end. */
class RedisFaultsTest extends RedisTrouble {

  private static final List<String> ALL =
      List.of(
          "string",
          "json",
          "hash",
          "sorted-set",
          "expiry",
          "script",
          "range",
          "stream",
          "publish",
          "clean-up");

  private List<HealthStatus> turns() {
    return node.heard(RedisHealthChanged.class).stream().map(RedisHealthChanged::status).toList();
  }

  private void assertAnswersNothing() throws Exception {
    HealthAsks.RedisState state = state();
    assertEquals(HealthStatus.DOWN, state.status());
    assertNotNull(state.reason());
    assertNotNull(state.lastSeen());
    assertNull(state.server());
    assertFalse(state.warnings().isEmpty());
    assertEquals(ALL, failed());
  }

  @Test
  void aRedisThatServes_isUpInEveryPart() throws Exception {
    awaitUp();
    HealthAsks.RedisState state = state();
    assertNull(state.reason());
    assertEquals("master", state.server().role());
    assertEquals(List.of(), state.warnings());
    assertTrue(state.latency().samples() > 0);
    assertEquals(ALL, selfTest().steps().stream().map(step -> step.operation()).toList());
    assertNotEquals(Optional.of(HealthStatus.UP), turns().stream().findFirst());
  }

  @Test
  void aFrozenServer_isDownUntilItContinues() throws Exception {
    node.close();
    deploy(target(redis.url(), Duration.ofSeconds(2)));
    signal("STOP");
    awaitDown("");
    assertAnswersNothing();
    signal("CONT");
    awaitUp();
    await().until(() -> turns().size() > 1);
    assertEquals(List.of(HealthStatus.DOWN, HealthStatus.UP), turns().subList(0, 2));
  }

  @Test
  void aKilledServer_isDownUntilItIsStartedAgain() throws Exception {
    redis.kill();
    awaitDown("");
    assertAnswersNothing();
    restart();
    awaitUp();
  }

  @Test
  void aFullServer_isDownAndSaysThatItIsFull() throws Exception {
    tell("CONFIG", "SET", "maxmemory-policy", "noeviction");
    tell("CONFIG", "SET", "maxmemory", "1mb");
    awaitDown("OOM");
    HealthAsks.RedisState state = state();
    assertEquals(HealthStatus.DOWN, state.status());
    assertEquals(1 << 20, state.server().memoryLimit());
    assertEquals("noeviction", state.server().evictionPolicy());
    assertEquals(
        List.of(
            "memory is over 90 % of its limit",
            "noeviction with a memory limit: writes fail once it is reached"),
        state.warnings());
    assertTrue(failed().containsAll(List.of("string", "json", "hash", "script", "stream")));
    tell("CONFIG", "SET", "maxmemory", "0");
    awaitUp();
  }

  @Test
  void aReplica_isDownAndSaysThatItIsReadOnly() throws Exception {
    EmbeddedRedis primary = EmbeddedRedis.start(EmbeddedRedis.options());
    try {
      tell("REPLICAOF", "127.0.0.1", primary.port());
      awaitDown("READONLY");
      await().until(() -> state().server() != null && state().server().role().equals("slave"));
      assertTrue(state().warnings().contains("it is a replica: writes are refused"));
      assertTrue(failed().containsAll(List.of("string", "json", "hash", "script", "stream")));
      tell("REPLICAOF", "NO", "ONE");
      awaitUp();
    } finally {
      primary.close();
    }
  }

  @Test
  void aServerThatTrustsUsNoMore_isDownAndTheReasonHoldsNoPassword() throws Exception {
    tell("CONFIG", "SET", "requirepass", "s3cr3t");
    try (ForeignClient guard = new ForeignClient(redis.port())) {
      guard.send("AUTH", "s3cr3t");
      guard.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      guard.send("CLIENT", "KILL", "TYPE", "pubsub");
      awaitDown("NOAUTH");
      assertAnswersNothing();
      assertFalse(state().toString().contains("s3cr3t"));
      guard.send("CONFIG", "SET", "requirepass", "");
    }
    awaitUp();
  }

  @Test
  void aVerticleThatIsGone_makesTheNodeUnready() throws Exception {
    await().until(() -> ready() == HealthStatus.UP);
    node.undeployNeighbours();
    assertEquals(HealthStatus.DOWN, ready());
    assertEquals(HealthStatus.DOWN, check("verticle/cache").status());
    assertEquals("an instance does not answer", check("verticle/session").reason());
    await().until(() -> check("verticle/health").status() == HealthStatus.UP);
  }

  @Test
  void aSelfTest_leavesNoKeyBehind() throws Exception {
    assertEquals(HealthStatus.UP, selfTest().status());
    assertEquals(List.of(), keys("*selftest*"));
    assertEquals(1, keys("p:canary:*").size());
  }
}
