package io.aetherkeep.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EmbeddedClusterTest {

  @Test
  void start_servesAllSlots_andARestartedMasterHasItsKeys() {
    long pid;
    try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedCluster.options())) {
      assertEquals(3, cluster.size());
      // The slot of "b" is 3300, of the first third.
      assertEquals("OK", InlineCommand.send(cluster.port(0), "SET b 1"));
      cluster.kill(0);
      cluster.restart(0);
      cluster.awaitWhole();
      assertEquals("1", InlineCommand.send(cluster.port(0), "GET b"));
      pid = cluster.pid(2);
    }
    assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
  }

  @Test
  void start_givesEachMasterItsReplica() {
    try (EmbeddedCluster cluster =
        EmbeddedCluster.start(EmbeddedCluster.options().withReplicas(1))) {
      assertEquals(6, cluster.size());
      for (int i = 0; i < 3; i++) {
        String replication = InlineCommand.send(cluster.port(3 + i), "INFO replication");
        assertTrue(replication.contains("master_port:" + cluster.port(i)), replication);
      }
    }
  }
}
