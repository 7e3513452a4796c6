package io.aetherkeep.health;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.RedisHealthChanged;
import io.aetherkeep.catalogue.HealthAsks.SelfTest;
import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisTarget;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A slow Redis is up while its replies are in time, and down beyond. */
class SlowRedisTest extends RedisTrouble {

  private DelayingProxy proxy;

  @Override
  protected RedisTarget target() throws Exception {
    proxy = new DelayingProxy(redis.port());
    // A connection that is lost while Redis is slow takes several of its replies to open again.
    return new RedisTarget(
        "redis://127.0.0.1:" + proxy.port(),
        0,
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        8192,
        Backoff.between(Duration.ofMillis(10), Duration.ofMillis(100)));
  }

  @AfterEach
  void closeProxy() throws Exception {
    proxy.close();
  }

  @Test
  void aSlowRedis_isUpAndItsLatencyTells() throws Exception {
    proxy.delay(120);
    await().until(() -> state().latency().max() >= 240);
    int samples = state().latency().samples();
    await().until(() -> state().latency().samples() >= samples + 6);
    assertEquals(HealthStatus.UP, ready());
    assertEquals(List.of(), node.heard(RedisHealthChanged.class));
    SelfTest test = selfTest();
    assertEquals(List.of(), reasons(test));
    assertTrue(test.steps().get(0).millis() >= 240);
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
