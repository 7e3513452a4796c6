package io.aetherkeep.bench.http;

import io.aetherkeep.bench.capacity.Capacity;
import io.aetherkeep.bench.load.LoadComparison;
import io.aetherkeep.bench.load.Rig;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.Goal;
import io.aetherkeep.bench.report.Section;
import io.aetherkeep.embedded.EmbeddedCluster;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Comparison of a node on three masters with a node on one server. */
public final class ClusterReads {

  private ClusterReads() {}

  public static List<Section> sections() {
    return List.of(
        new Section("cluster", "Three masters beside one server", ClusterReads::measure));
  }

  private static void measure(BenchRun run) throws Exception {
    Rig rig = Rig.of(run);
    Map<String, String> settings = new HashMap<>();
    settings.put("AETHERKEEP_NEAR_SIZE", "0");
    try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedCluster.options())) {
      settings.putAll(Capacity.environment(cluster));
      try (Server three = Server.aetherkeep(settings)) {
        rig.fill("cache:topic:t", Rig.ENTRIES, Reads.VALUE);
        rig.fill("session:t", Rig.ENTRIES, Reads.SESSION_VALUE);
        fill(rig, cluster, "cache:topic:t", Reads.VALUE);
        fill(rig, cluster, "session:t", Reads.SESSION_VALUE);
        compare(run, three, "cached GET from Redis", Reads.ENTRY);
        compare(run, three, "session read, sliding", Reads.SESSION);
      }
      String masters =
          cluster.addresses().stream()
              .map(address -> "redis://" + address)
              .collect(Collectors.joining(","));
      compareBare(run, masters, "GET of a bare handler", "get", Reads.ENTRY);
      compareBare(run, masters, "GETEX of a bare handler", "getex", Reads.SESSION);
    }
  }

  private static void compare(BenchRun run, Server three, String work, String path)
      throws Exception {
    Rig rig = Rig.of(run);
    Server one = rig.withoutNearCache();
    new LoadComparison(run, work, () -> 0)
        .with(rig.vertx(), three, Rig.gets(path))
        .with(rig.vertx(), one, Rig.gets(path))
        .goals(Goal.ratioAtMost(1.15), null)
        .measure();
  }

  /**
   * Compares a bare handler on three masters with the same on one server: the cost of three
   * connections.
   */
  private static void compareBare(
      BenchRun run, String masters, String work, String mode, String path) throws Exception {
    Rig rig = Rig.of(run);
    try (Server three =
        Server.baseline("bare handler", Map.of("REDIS_URL", masters), "bare-server", mode)) {
      new LoadComparison(run, work, () -> 0)
          .with(rig.vertx(), three, Rig.gets(path))
          .with(rig.vertx(), rig.bare("bare-server", mode), Rig.gets(path))
          .measure();
    }
  }

  private static void fill(Rig rig, EmbeddedCluster cluster, String key, String value) {
    RedisOptions masters = new RedisOptions().setType(RedisClientType.CLUSTER);
    cluster.addresses().forEach(at -> masters.addConnectionString("redis://" + at));
    Redis client = Redis.createClient(rig.vertx(), masters);
    for (int i = 0; i < Rig.ENTRIES; i++) {
      Rig.get(
          client.send(
              Request.cmd(Command.SETEX).arg(key + i).arg(3600).arg(value.replace("#", "" + i))));
    }
    client.close();
  }
}
