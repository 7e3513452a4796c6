package io.aetherkeep.redis.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisClusterExtension;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(RedisClusterExtension.class)
class RedisSlotsTest {

  private static final RedisAddress A = new RedisAddress("a", 1);
  private static final RedisAddress B = new RedisAddress("b", 2);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "session:s1",
        "note:{cache:topic:t1}",
        "{}braces",
        "a{b}c{d}",
        "open{brace",
        "close}brace",
        "{{inner}}",
        "x{}y{z}",
        "größe:ключ:🔑"
      })
  void theSlotOfAKey_isTheServers(String key, EmbeddedCluster cluster) {
    try (ForeignClient foreign = new ForeignClient(cluster.port(0))) {
      assertEquals(foreign.number("CLUSTER", "KEYSLOT", key), RedisSlots.of(key));
    }
  }

  @Test
  void aTable_knowsItsMastersBySlots() {
    RedisSlots slots =
        new RedisSlots(
            List.of(
                new RedisSlots.Range(100, 199, B),
                new RedisSlots.Range(0, 9, A),
                new RedisSlots.Range(300, 300, A)));
    assertEquals(List.of(A, B), slots.masters());
    assertEquals(A, slots.owner(9));
    assertNull(slots.owner(10));
    assertEquals(B, slots.owner(100));
    assertEquals(11, slots.count(A));
    assertEquals(RedisSlots.COUNT - 111, slots.unserved());
    assertEquals(111, slots.moved(RedisSlots.NONE));
    assertEquals(0, slots.moved(slots));
    assertEquals(
        1,
        slots.moved(
            new RedisSlots(
                List.of(new RedisSlots.Range(0, 9, A), new RedisSlots.Range(100, 199, B)))));
  }
}
