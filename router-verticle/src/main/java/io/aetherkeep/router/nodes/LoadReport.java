package io.aetherkeep.router.nodes;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.NodeAsks.LoadMeasured;
import io.aetherkeep.catalogue.NodeAsks.NodeLoad;
import io.aetherkeep.router.server.LoadMeter;
import java.util.function.IntSupplier;

/** Report of this node's load for its heartbeat; sent at an interval, from one event loop. */
public final class LoadReport {

  private static final double NANOS_A_SECOND = 1e9;

  private final Bus bus;
  private final LoadMeter meter;
  private final IntSupplier connections;
  private final NodeLoops loops;
  private long before;
  private long measuredAt = System.nanoTime();

  public LoadReport(Bus bus, LoadMeter meter, IntSupplier connections, NodeLoops loops) {
    this.bus = bus;
    this.meter = meter;
    this.connections = connections;
    this.loops = loops;
  }

  public void send() {
    long now = System.nanoTime();
    long requests = meter.requests();
    double seconds = Math.max(0.001, (now - measuredAt) / NANOS_A_SECOND);
    double rate = Math.round(10 * (requests - before) / seconds) / 10.0;
    before = requests;
    measuredAt = now;
    bus.signal(
        new LoadMeasured(
            new NodeLoad(rate, meter.refused(), connections.getAsInt(), loops.sockets())));
  }
}
