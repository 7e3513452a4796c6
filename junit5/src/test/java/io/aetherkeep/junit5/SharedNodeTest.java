package io.aetherkeep.junit5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(AetherkeepExtension.class)
class SharedNodeTest {

  private static final AtomicReference<AetherkeepNode> FIRST = new AtomicReference<>();

  @Test
  void node_servesOverARealRedis(AetherkeepNode node) throws Exception {
    assertEquals(
        201,
        NodeRequests.put(node.api("aethercast"), "/caches/topic/t1", "{\"topic_id\": \"t1\"}"));
    assertEquals(
        "{\"topic_id\": \"t1\"}",
        NodeRequests.get(node.api("aethercast"), "/caches/topic/t1").body());
  }

  @RepeatedTest(2)
  void node_isTheSameForAllTests(AetherkeepNode node) {
    FIRST.compareAndSet(null, node);
    assertSame(FIRST.get(), node);
  }
}
