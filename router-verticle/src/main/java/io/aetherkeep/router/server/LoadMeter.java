package io.aetherkeep.router.server;

import java.util.concurrent.atomic.LongAdder;

/** Counters of the requests of a node, and of those that it refused because of its load. */
public final class LoadMeter {

  private final LongAdder requests = new LongAdder();
  private final LongAdder shed = new LongAdder();

  void arrived() {
    requests.increment();
  }

  void shed() {
    shed.increment();
  }

  /** Requests since the start. */
  public long requests() {
    return requests.sum();
  }

  /** Refused requests since the start. */
  public long refused() {
    return shed.sum();
  }
}
