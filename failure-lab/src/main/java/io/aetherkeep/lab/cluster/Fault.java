package io.aetherkeep.lab.cluster;

import java.time.Duration;

/**
 * Fault of Redis, of the network, or of a node.
 *
 * @param hold how long it lasts
 * @param kept whether Redis keeps what it acknowledged
 * @param away whether Redis is down, so that no node is ready meanwhile
 * @param prepare runs before the load
 * @param begin starts the fault
 * @param during runs every 100 ms of the fault
 * @param end ends the fault
 */
public record Fault(
    String name,
    Duration hold,
    boolean kept,
    boolean away,
    Act prepare,
    Act begin,
    Act during,
    Act end) {

  /** Action on the cluster. */
  public interface Act {
    Act NOTHING = cluster -> {};

    void on(Cluster cluster) throws Exception;
  }

  static Fault of(String name, Duration hold, Act begin, Act end) {
    return new Fault(name, hold, true, true, Act.NOTHING, begin, Act.NOTHING, end);
  }

  /** Returns a copy in which Redis loses its data. */
  Fault forgetting() {
    return new Fault(name, hold, false, away, prepare, begin, during, end);
  }

  /** Returns a copy in which Redis stays reachable, perhaps with difficulty. */
  Fault reachable() {
    return new Fault(name, hold, kept, false, prepare, begin, during, end);
  }

  Fault after(Act act) {
    return new Fault(name, hold, kept, away, act, begin, during, end);
  }

  Fault during(Act act) {
    return new Fault(name, hold, kept, away, prepare, begin, act, end);
  }

  Fault lasting(Duration time) {
    return new Fault(name, time, kept, away, prepare, begin, during, end);
  }
}
