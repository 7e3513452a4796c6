package io.aetherkeep.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.HealthAsks.Up;
import io.aetherkeep.redis.RedisTarget;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Redis that is far away is up as long as its answers come in time, and down beyond that. */
class SlowRedisTest extends RedisTrouble {

  private DelayingProxy proxy;

  @Override
  protected RedisTarget target() throws Exception {
    proxy = new DelayingProxy(redis.port());
    return impatient("redis://127.0.0.1:" + proxy.port(), 800);
  }

  @AfterEach
  void closeProxy() throws Exception {
    proxy.close();
  }

  @Test
  void aSlowRedis_isUpAndItsLatencyTells() throws Exception {
    proxy.delay(120);
    eventually(() -> state().latency().max() >= 240);
    Awaitility.await()
        .during(3, TimeUnit.SECONDS)
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> ready() == Up.UP);
    assertEquals(List.of(), reasons());
    assertTrue(selfTest().steps().get(0).millis() >= 240);
  }

  private List<String> reasons() throws Exception {
    return selfTest().steps().stream()
        .filter(step -> !step.ok())
        .map(step -> step.operation() + ": " + step.reason())
        .toList();
  }

  @Test
  void oneThatIsTooSlow_isDownUntilItIsFastAgain() throws Exception {
    proxy.delay(3000);
    awaitDown("");
    assertEquals(Up.DOWN, state().status());
    proxy.delay(0);
    awaitUp();
  }
}
