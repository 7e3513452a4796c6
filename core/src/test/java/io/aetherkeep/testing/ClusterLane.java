package io.aetherkeep.testing;

import io.aetherkeep.embedded.EmbeddedCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Three clusters in place of the three logical databases of one Redis: with {@code
 * -Daetherkeep.redis.topology=cluster}, tests that do not know clusters run against them.
 */
public final class ClusterLane implements RedisServer {

  private static volatile @Nullable ClusterLane running;

  private static final List<String> SPACES = List.of("AETHERCAST", "COUNCIL", "CONTENT");

  private final List<EmbeddedCluster> clusters = new ArrayList<>();

  static boolean isChosen() {
    return "cluster".equals(System.getProperty("aetherkeep.redis.topology"));
  }

  ClusterLane() {
    SPACES.forEach(space -> clusters.add(EmbeddedCluster.start(EmbeddedCluster.options())));
    running = this;
  }

  @Override
  public int port() {
    return clusters.get(0).port(0);
  }

  @Override
  public ForeignClient foreign(int database) {
    EmbeddedCluster cluster = clusters.get(database);
    return ForeignClient.ofCluster(
        IntStream.range(0, cluster.size()).mapToObj(cluster::port).toList());
  }

  /** Gives each space its cluster, where the settings name the common Redis. */
  public static Map<String, String> settings(Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>(environment);
    ClusterLane lane = running;
    if (lane != null && lane.url().equals(settings.get("AETHERKEEP_REDIS_URL"))) {
      for (int i = 0; i < SPACES.size(); i++) {
        String space = "AETHERKEEP_SPACES_" + SPACES.get(i);
        settings.put(space + "_REDIS_CLUSTER", lane.clusters.get(i).addresses().get(0));
        settings.put(space + "_DATABASE", "0");
      }
    }
    return settings;
  }

  void close() {
    running = null;
    clusters.forEach(EmbeddedCluster::close);
  }
}
