package io.aetherkeep.junit5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class OwnNodeTest {

  @RegisterExtension
  static final AetherkeepExtension AETHERKEEP =
      AetherkeepExtension.with(new NodeOptions().with("http.max-uri-length", "2KiB"));

  @TempDir Path folder;

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void node_hasTheSettingsOfItsField(AetherkeepNode node) throws Exception {
    String path = "/caches/topic/" + "x".repeat(3000);
    assertEquals(414, NodeRequests.get(node.api("aethercast"), path).statusCode());
  }

  @Test
  void configuration_declaresASpaceOfOnesOwn() throws Exception {
    Path file = folder.resolve("aetherkeep.yaml");
    Files.writeString(
        file,
        """
        spaces:
          library: { database: 7, sessions: aethercast }
        """);
    try (AetherkeepNode node = AetherkeepNode.start(new NodeOptions().withConfiguration(file))) {
      assertEquals(200, NodeRequests.get(node.api("library"), "/sessions").statusCode());
    }
  }

  @Test
  void close_endsTheNodeAndItsRedis() {
    AetherkeepNode node = AetherkeepNode.start();
    long redis = node.redis().orElseThrow().pid();
    node.close();
    assertFalse(isAlive(node.pid()));
    assertFalse(isAlive(redis));
    assertFalse(Files.exists(node.log()));
  }

  @Test
  void kill_leavesRedisToTheNextNode() throws Exception {
    try (AetherkeepNode node = AetherkeepNode.start()) {
      NodeRequests.put(node.api("aethercast"), "/caches/topic/t1", "{\"topic_id\": \"t1\"}");
      node.kill();
      assertFalse(isAlive(node.pid()));
      NodeOptions sameRedis = new NodeOptions().withRedis(node.redisUrl());
      try (AetherkeepNode next = AetherkeepNode.start(sameRedis)) {
        assertEquals(Optional.empty(), next.redis());
        assertEquals(
            200, NodeRequests.get(next.api("aethercast"), "/caches/topic/t1").statusCode());
      }
    }
  }

  @Test
  void aNodeThatDoesNotStart_saysWhy() {
    NodeOptions wrong = new NodeOptions().with("http.max-requests", "many");
    UncheckedIOException thrown =
        assertThrows(UncheckedIOException.class, () -> AetherkeepNode.start(wrong).close());
    String why = String.valueOf(thrown.getCause().getMessage());
    assertTrue(why.contains("AETHERKEEP_HTTP_MAX_REQUESTS"), why);
  }
}
