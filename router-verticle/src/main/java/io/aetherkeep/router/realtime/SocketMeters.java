package io.aetherkeep.router.realtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** Metrics of sockets: counters of all event loops together, gauges for each loop. */
final class SocketMeters {

  private final MeterRegistry registry;
  private final Counter in;
  private final Counter out;
  private final Counter replaced;

  SocketMeters(MeterRegistry registry) {
    this.registry = registry;
    this.in = frames("in");
    this.out = frames("out");
    this.replaced =
        Counter.builder("aetherkeep_socket_values_replaced")
            .description("Values that were replaced by newer ones before they were sent")
            .register(registry);
  }

  private Counter frames(String direction) {
    return Counter.builder("aetherkeep_socket_frames")
        .description("Frames of sockets, by their direction")
        .tag("direction", direction)
        .register(registry);
  }

  /**
   * Registers the gauges of a loop. A scrape reads them on another thread, so they may only read
   * the sizes of the loop's collections, which may be a moment old.
   */
  void show(Supplier<Number> sockets, Supplier<Number> topics) {
    String loop = Thread.currentThread().getName();
    gauge("aetherkeep_sockets_open", "Sockets that are open", sockets, loop);
    gauge("aetherkeep_topics_watched", "Topics that sockets watch", topics, loop);
  }

  private void gauge(String name, String help, Supplier<Number> value, String loop) {
    Gauge.builder(name, value).description(help).tag("loop", loop).register(registry);
  }

  void received() {
    in.increment();
  }

  void sent() {
    out.increment();
  }

  void replaced() {
    replaced.increment();
  }

  /** Counts a close by its code, or as "other" if the code is not one of {@link CloseCode}. */
  void closed(int number) {
    String code = "other";
    for (CloseCode known : CloseCode.values()) {
      code = known.number() == number ? Integer.toString(number) : code;
    }
    Counter.builder("aetherkeep_socket_closes")
        .description("Sockets that were closed, by the close code")
        .tag("code", code)
        .register(registry)
        .increment();
  }
}
