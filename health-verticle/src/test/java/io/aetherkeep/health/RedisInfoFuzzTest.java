package io.aetherkeep.health;

import io.aetherkeep.health.redis.RedisInfo;
import io.aetherkeep.testing.Fuzzing;
import org.junit.jupiter.api.Test;

/** What Redis, or what stands for it, says of itself, with what almost is it. */
class RedisInfoFuzzTest {

  @Test
  void info_isRead() {
    Fuzzing.from(RedisInfoFuzzTest.class, "info.txt").feedText(RedisInfo::parse);
  }
}
