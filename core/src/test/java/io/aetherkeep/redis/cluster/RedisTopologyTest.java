package io.aetherkeep.redis.cluster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Slot table of a cluster whose nodes disagree. */
@Timeout(180)
class RedisTopologyTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern ASKED = Pattern.compile("cmdstat_cluster\\|slots:calls=([0-9]+)");

  private final Vertx vertx = Vertx.vertx();
  private final EmbeddedCluster cluster =
      EmbeddedCluster.start(EmbeddedCluster.options().withReplicas(1));

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    cluster.close();
  }

  private RedisAddress address(int node) {
    return new RedisAddress("127.0.0.1", cluster.port(node));
  }

  private static long asked(ForeignClient node) {
    Matcher calls = ASKED.matcher(node.text("INFO", "commandstats"));
    return calls.find() ? Long.parseLong(calls.group(1)) : 0;
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(cluster.pid(0))).start().waitFor();
  }

  @Test
  void aReplacedMaster_isNotBelieved_whenOnlyItAnswers() throws Exception {
    List<RedisAddress> masters = IntStream.range(0, 3).mapToObj(this::address).toList();
    RedisTopology topology =
        new RedisTopology(vertx, PatientTarget.of("redis://cluster", 0).in(masters));
    vertx.runOnContext(loop -> topology.open());
    await().atMost(PATIENCE).until(() -> address(0).equals(topology.slots().owner(0)));
    signal("STOP");
    await().atMost(PATIENCE).until(() -> address(3).equals(topology.slots().owner(0)));
    IntStream.range(1, cluster.size()).forEach(cluster::kill);
    signal("CONT");
    try (ForeignClient replaced = new ForeignClient(cluster.port(0))) {
      await()
          .atMost(PATIENCE)
          .until(() -> replaced.text("CLUSTER", "INFO").contains("cluster_state:fail"));
      long before = asked(replaced);
      await().atMost(PATIENCE).until(() -> asked(replaced) > before + 3);
    }
    assertEquals(address(3), topology.slots().owner(0));
  }
}
