package io.aetherkeep.redis.store;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisClusterExtension;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An index of a whole space: under its one key on a server, in parts on a cluster. */
@ExtendWith({RedisClusterExtension.class, RedisExtension.class})
@Timeout(120)
class RedisIndexPartsTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());
  private static final String INDEX = "index:sessions";
  private static final int MANY = 2_000;

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private RedisLine line(RedisTarget target) throws Exception {
    return await(RedisAccess.open(vertx, 1, Map.of(SPACE, target))).line(SPACE);
  }

  private static RedisTarget target(EmbeddedCluster cluster) {
    return PatientTarget.of("redis://cluster", 0)
        .in(List.of(new RedisAddress("127.0.0.1", cluster.port(0))));
  }

  private static RedisDueList due(RedisLine line) {
    return new RedisDueList(line, RedisIndexParts.of(line, INDEX), RedisTime.SERVER);
  }

  private static Map<String, Long> many(long millis) {
    Map<String, Long> many = new HashMap<>();
    IntStream.range(0, MANY).forEach(i -> many.put("s" + i, millis));
    return many;
  }

  @Test
  void onACluster_noMasterHasTheWholeIndex_andAllThatIsDueIsFound(EmbeddedCluster cluster)
      throws Exception {
    RedisDueList due = due(line(target(cluster)));
    await(due.in(many(60_000)));
    assertEquals(MANY, await(due.later()));
    for (int node = 0; node < cluster.size(); node++) {
      assertTrue(members(cluster, node) < MANY / 2, "a master has its share");
    }
    await(due.in(many(-1)));
    Set<String> worked = new TreeSet<>();
    await(due.work(100, (id, now) -> done(worked, id)));
    assertEquals(many(0).keySet(), Set.copyOf(worked));
    assertEquals(0, members(cluster, 0) + members(cluster, 1) + members(cluster, 2));
  }

  private static Future<Long> done(Set<String> worked, String id) {
    assertTrue(worked.add(id), "once");
    return Future.succeededFuture(RedisDueList.NEVER);
  }

  private static long members(EmbeddedCluster cluster, int node) {
    try (ForeignClient client = new ForeignClient(cluster.port(node))) {
      return client.keysBut("none").stream().mapToLong(key -> client.number("ZCARD", key)).sum();
    }
  }

  @Test
  void whatWasMigratedUnderOneKey_isMovedToTheParts(EmbeddedCluster cluster) throws Exception {
    RedisLine line = line(target(cluster));
    RedisDueList due = due(line);
    try (ForeignClient foreign = ForeignClient.ofCluster(ports(cluster))) {
      for (int i = 0; i < MANY; i++) {
        foreign.send("ZADD", INDEX, i, "s" + i);
      }
      await(due.in(Map.of("s1", 60_000L)));
      Set<String> worked = new TreeSet<>();
      await(due.work(100, (id, now) -> done(worked, id)));
      assertEquals(MANY - 1, worked.size());
      assertEquals(0, foreign.number("EXISTS", INDEX));
      assertEquals(1, await(due.later()));
      await(RedisIndexParts.of(line, INDEX).remove("s1"));
      assertEquals(0, await(due.later()));
    }
  }

  private static List<Integer> ports(EmbeddedCluster cluster) {
    return IntStream.range(0, cluster.size()).mapToObj(cluster::port).toList();
  }

  @Test
  void underAPrefixWithAHashTag_itStaysWhole() {
    assertEquals(16, RedisIndexParts.onCluster(INDEX).size());
    assertEquals(List.of("{a}:" + INDEX), RedisIndexParts.onCluster("{a}:" + INDEX));
  }

  @Test
  void onAServer_thereIsOneKey(RedisServer redis) throws Exception {
    RedisDueList due = due(line(PatientTarget.of(redis.url(), 3)));
    await(due.in(many(60_000)));
    try (ForeignClient foreign = redis.foreign(3)) {
      assertEquals(Set.of(INDEX), foreign.keysBut("none"));
      assertEquals(MANY, foreign.number("ZCARD", INDEX));
    }
  }
}
