package io.aetherkeep.health;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The census counts the keys of each keyspace, and those without an expiry. */
class RedisCensusTest extends RedisTrouble {

  @Test
  void theKeysOfEachKeyspace_areCountedInTheBackground() throws Exception {
    for (int i = 0; i < 1500; i++) {
      tell("SET", "p:cache:topic:" + i, "{}", "EX", "3600");
    }
    tell("SET", "p:cache:topic:forever", "{}");
    tell("HSET", "p:session:s1", "userId", "u1");
    tell("HSET", "p:provider:health:a:b", "status", "healthy");
    tell("SET", "p:config:council", "{}");
    tell("SET", "p:nobody:knows", "1");
    tell("SET", "cache:topic:without-prefix", "1");
    await().until(() -> state().keys() != null);
    Map<String, Long> keys = new HashMap<>(Objects.requireNonNull(state().keys()));
    // The search for providers of other services may have found one.
    keys.remove("providers-known");
    assertEquals(
        Map.of(
            "topic", 1501L, "session", 1L, "provider", 1L, "config", 1L, "canary", 1L, "other", 2L),
        keys);
    assertEquals(Map.of("topic", 1L, "session", 1L, "provider", 1L), state().keysWithoutTtl());
    assertEquals(
        Set.of("p:cache:topic:forever", "p:session:s1", "p:provider:health:a:b"),
        Set.copyOf(Objects.requireNonNull(state().endlessKeys())));
  }
}
