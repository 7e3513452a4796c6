package io.aetherkeep.health;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.RedisHealthChanged;
import io.aetherkeep.catalogue.HealthAsks.SelfTest;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.FaultyProxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A slow Redis is up while its replies are in time, and down beyond. */
class SlowRedisTest extends RedisTrouble {

  private FaultyProxy proxy;

  @Override
  protected RedisTarget target() throws Exception {
    proxy = new FaultyProxy(redis.port());
    return target("redis://127.0.0.1:" + proxy.port(), Duration.ofSeconds(2));
  }

  @AfterEach
  void closeProxy() throws Exception {
    proxy.close();
  }

  @Test
  void aSlowRedis_isUpAndItsLatencyTells() throws Exception {
    proxy.delay(120);
    await().until(() -> state().latency().max() >= 240);
    // A busy machine may itself delay a canary for too long, and then some more are observed.
    await().until(this::staysUp);
    SelfTest test = selfTest();
    assertEquals(List.of(), reasons(test));
    assertTrue(test.steps().get(0).millis() >= 240);
  }

  /** Whether Redis is up during some canaries. */
  private boolean staysUp() throws Exception {
    int changes = node.heard(RedisHealthChanged.class).size();
    int samples = state().latency().samples();
    await().until(() -> state().latency().samples() >= samples + 6);
    return ready() == HealthStatus.UP && node.heard(RedisHealthChanged.class).size() == changes;
  }

  private static List<String> reasons(SelfTest test) {
    return test.steps().stream()
        .filter(step -> !step.ok())
        .map(step -> step.operation() + ": " + step.reason())
        .toList();
  }

  @Test
  void oneThatIsTooSlow_isDownUntilItIsFastAgain() throws Exception {
    proxy.delay(3000);
    awaitDown("");
    assertEquals(HealthStatus.DOWN, state().status());
    proxy.delay(0);
    awaitUp();
  }
}
