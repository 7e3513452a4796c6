package io.aetherkeep.bench.capacity;

import io.aetherkeep.bench.load.SocketLoad;
import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.cluster.RedisSlots;
import io.aetherkeep.redis.store.RedisIndexParts;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Simulation of the spread of keys over the masters of a cluster, by the code that places them:
 * sessions by their slots, members of indexes by their parts, and listeners by their podcast.
 */
final class CapacitySimulation {

  /** Numbers of masters to spread over. */
  private static final List<Integer> MASTERS = List.of(3, 6, 12, 24);

  private static final Space SPACE = new Space("s", "", Dialect.AETHERCAST, 1 << 20, Map.of());

  private CapacitySimulation() {}

  static void run(int sessions, int sockets) throws Exception {
    EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedCluster.options());
    Vertx vertx = Vertx.vertx();
    try {
      RedisTarget target =
          RedisTarget.of("redis://cluster", 0)
              .in(List.of(new RedisAddress("127.0.0.1", cluster.port(0))));
      RedisAccess access = SocketLoad.await(RedisAccess.open(vertx, 1, Map.of(SPACE, target)));
      spread(RedisIndexParts.of(access.line(SPACE), "index:sessions"), sessions);
    } finally {
      SocketLoad.await(vertx.close());
      cluster.close();
    }
    audiences(sockets);
  }

  private static void spread(RedisIndexParts index, int sessions) {
    int[] slots = new int[RedisSlots.COUNT];
    Map<String, Integer> parts = new HashMap<>();
    for (int i = 0; i < sessions; i++) {
      String id = Capacity.id();
      slots[RedisSlots.of("session:" + id)]++;
      parts.merge(index.of(id), 1, Integer::sum);
    }
    System.out.printf("%n%,d sessions%n", sessions);
    for (int masters : MASTERS) {
      long[] keys = new long[masters];
      long[] members = new long[masters];
      for (int slot = 0; slot < slots.length; slot++) {
        keys[master(slot, masters)] += slots[slot];
      }
      parts.forEach((part, count) -> members[master(RedisSlots.of(part), masters)] += count);
      System.out.printf(
          "%3d masters: the fullest has %.2f times the mean of sessions, %.2f times of index"
              + " members%n",
          masters, skew(keys), skew(members));
    }
    System.out.printf(
        "largest key: a part of an index with %,d members%n",
        parts.values().stream().mapToInt(count -> count).max().orElse(0));
  }

  private static int master(int slot, int masters) {
    return slot * masters / RedisSlots.COUNT;
  }

  private static double skew(long... counts) {
    double mean = LongStream.of(counts).average().orElse(1);
    return LongStream.of(counts).max().orElse(0) / mean;
  }

  /** Spreads sockets that listen to podcasts, whose popularity follows Zipf's law. */
  private static void audiences(int sockets) {
    int podcasts = 10_000;
    double whole = 0;
    for (int rank = 1; rank <= podcasts; rank++) {
      whole += 1.0 / rank;
    }
    Map<Integer, Double> busiest = new TreeMap<>();
    double first = sockets / whole;
    for (int masters : MASTERS) {
      double[] listeners = new double[masters];
      for (int rank = 1; rank <= podcasts; rank++) {
        listeners[master(RedisSlots.of("listeners:p" + rank), masters)] += first / rank;
      }
      busiest.put(masters, max(listeners));
    }
    System.out.printf(
        "%n%,d listeners of %,d podcasts, popular by Zipf's law: %,.0f hear the first%n",
        sockets, podcasts, first);
    busiest.forEach(
        (masters, listeners) ->
            System.out.printf(
                "%3d masters: the busiest renews %,.0f leases a second (of %,.0f)%n",
                masters, listeners / 27, sockets / 27.0));
  }

  private static double max(double... values) {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }
}
