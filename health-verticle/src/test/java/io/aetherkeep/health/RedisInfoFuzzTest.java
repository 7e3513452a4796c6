package io.aetherkeep.health;

import io.aetherkeep.health.redis.RedisInfo;
import io.aetherkeep.testing.Fuzzing;
import org.junit.jupiter.api.Test;

/** Random near misses of the INFO of Redis or a compatible server. */
class RedisInfoFuzzTest {

  @Test
  void info_isRead() {
    Fuzzing.from(RedisInfoFuzzTest.class, "info.txt").feedText(RedisInfo::parse);
  }
}
