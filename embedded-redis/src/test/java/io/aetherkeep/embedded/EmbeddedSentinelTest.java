package io.aetherkeep.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EmbeddedSentinelTest {

  private static EmbeddedSentinel.Watch watch(EmbeddedRedis redis, String... more) {
    return new EmbeddedSentinel.Watch(
        "group", redis.port(), 1, Duration.ofSeconds(30), List.of(more));
  }

  @Test
  void start_watchesOverARedis_andLeavesNoProcess() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options())) {
      ProcessHandle process;
      try (EmbeddedSentinel sentinel = EmbeddedSentinel.start(watch(redis))) {
        process = ProcessHandle.of(sentinel.pid()).orElseThrow();
        assertEquals("PONG", Resp.ask(sentinel.port(), "PING"));
        assertEquals("OK", Resp.ask(sentinel.port(), "SENTINEL CKQUORUM group").substring(0, 2));
      }
      process.onExit().get(60, SECONDS);
      assertFalse(process.isAlive());
    }
  }

  @Test
  void start_tellsWhatIsWrongWithItsConfiguration() {
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options())) {
      EmbeddedRedisException thrown =
          assertThrows(
              EmbeddedRedisException.class,
              () -> EmbeddedSentinel.start(watch(redis, "sentinel nonsense")));
      assertTrue(thrown.getMessage().contains("nonsense"), thrown::getMessage);
    }
  }
}
