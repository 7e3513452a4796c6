package io.aetherkeep.lab.cluster;

import java.time.Duration;

/**
 * Something that happens to Redis, to the way there, or to us.
 *
 * @param hold how long it lasts
 * @param kept whether Redis still has what it acknowledged
 * @param away whether Redis is away, so that no node is ready meanwhile
 * @param prepare what must be there before
 * @param begin how it begins
 * @param during what goes on while it lasts, every 100 ms
 * @param end how it ends
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

  /** Something that is done to the cluster. */
  public interface Act {
    Act NOTHING = cluster -> {};

    void on(Cluster cluster) throws Exception;
  }

  static Fault of(String name, Duration hold, Act begin, Act end) {
    return new Fault(name, hold, true, true, Act.NOTHING, begin, Act.NOTHING, end);
  }

  /** The same, only that Redis forgets. */
  Fault forgetting() {
    return new Fault(name, hold, false, away, prepare, begin, during, end);
  }

  /** The same, only that Redis can be reached meanwhile, if with difficulty. */
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
