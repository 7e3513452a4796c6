package io.aetherkeep.lab;

import io.aetherkeep.lab.client.RequestCounts;
import io.aetherkeep.lab.cluster.Cluster;
import io.aetherkeep.lab.cluster.LabNodeProcess;
import io.aetherkeep.lab.cluster.Waiting;
import io.aetherkeep.lab.work.KeyAudit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Soak test: runs all work for a long time, with an outage in each round. At its end the nodes must
 * hold about as much memory, files and threads as at its beginning, and Redis as many keys.
 */
final class Soak {

  private static final Duration WARM = Duration.ofSeconds(45);
  private static final Duration BETWEEN = Duration.ofSeconds(20);

  /** Growth of threads that is no leak: Vert.x creates worker threads on demand. */
  private static final int WORKERS = 20;

  /** Longer than the connection of a departed client stays open. */
  private static final Duration REST = Duration.ofSeconds(65);

  private static final Duration DOWN = Duration.ofSeconds(3);

  private final Cluster cluster;
  private final Duration length;

  Soak(Cluster cluster, Duration length) {
    this.cluster = cluster;
    this.length = length;
  }

  /** Resources in use at one moment. */
  private record State(
      List<Long> heaps, List<Long> descriptors, List<Long> threads, Map<String, Integer> keys) {

    static State of(Cluster cluster) {
      return new State(
          cluster.nodes().stream().map(LabNodeProcess::heap).toList(),
          cluster.nodes().stream().map(LabNodeProcess::descriptors).toList(),
          cluster.nodes().stream().map(LabNodeProcess::threads).toList(),
          KeyAudit.kinds(cluster.probes()));
    }

    int allKeys() {
      return keys.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public String toString() {
      return "heap after a collection %s KiB, descriptors %s, threads %s, keys %d"
          .formatted(heaps, descriptors, threads, allKeys());
    }
  }

  /** Runs the test and returns the complaints. */
  List<String> run() throws Exception {
    List<String> complaints = new ArrayList<>();
    complaints.addAll(round(WARM));
    State before = rest();
    System.out.println("begin: " + before + " " + before.keys);
    long end = System.nanoTime() + length.toNanos();
    for (int round = 1; System.nanoTime() < end; round++) {
      complaints.addAll(round(BETWEEN));
      System.out.println("round " + round + ": " + State.of(cluster));
    }
    State after = rest();
    System.out.println("end: " + after + " " + after.keys);
    for (int i = 0; i < before.heaps.size(); i++) {
      check("heap of a node in KiB", before.heaps.get(i), after.heaps.get(i), 6000, complaints);
      check("descriptors", before.descriptors.get(i), after.descriptors.get(i), 12, complaints);
      check("threads", before.threads.get(i), after.threads.get(i), WORKERS, complaints);
    }
    check("keys", before.allKeys(), after.allKeys(), 4, complaints);
    return complaints;
  }

  private static void check(String what, long before, long after, long room, List<String> to) {
    if (after > before * 1.25 + room) {
      to.add(what + ": " + before + " at the beginning, " + after + " at the end");
    }
  }

  /** Runs all clients for a while, with an outage in the middle. */
  private List<String> round(Duration time) {
    RequestCounts tally = new RequestCounts();
    ClientPool clients = new ClientPool(cluster, tally);
    tally.begin();
    clients.start();
    Waiting.pass(time.dividedBy(2));
    cluster.redis().freeze();
    Waiting.pass(DOWN);
    cluster.redis().thaw();
    Waiting.pass(time.dividedBy(2));
    clients.stop();
    List<String> complaints = new ArrayList<>(clients.lost(true));
    complaints.addAll(clients.revived());
    complaints.addAll(KeyAudit.endless(cluster.probes()));
    complaints.addAll(tally.notes());
    clients.leave();
    System.out.println("  " + tally.all() + ", slowest " + tally.slowest() + " ms");
    return complaints;
  }

  /**
   * Expires what the departed clients could not remove, waits, and returns the resources in use.
   */
  private State rest() {
    KeyAudit.expireNow(cluster.probes());
    Waiting.pass(REST);
    return State.of(cluster);
  }
}
