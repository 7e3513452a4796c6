package io.aetherkeep.bench.socket;

import io.aetherkeep.bench.fanout.Arrivals;
import io.aetherkeep.bench.fanout.Fanout;
import io.aetherkeep.bench.load.Installation;
import io.aetherkeep.bench.load.RateLoad;
import io.aetherkeep.bench.load.RawRequest;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.load.SocketLoad;
import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.Goal;
import io.aetherkeep.bench.report.LinePlot;
import io.aetherkeep.bench.report.Section;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Comparisons of WebSockets: fan-out of one change, and the memory of idle sockets. */
public final class SocketSections {

  private static final String GROUP = "Sockets and event streams";
  private static final String TOPIC = "status/crawl/c1";
  private static final int WARM = 500;
  private static final double OPENED_A_SECOND = 2500;
  private static final double ORDINARY_RATE = 500;

  private SocketSections() {}

  public static List<Section> sections() {
    return List.of(
        // A group of its own, with new servers: no earlier load has left memory behind.
        new Section("socket-idle", "Idle sockets", SocketSections::idle),
        new Section("socket-fanout", GROUP, SocketSections::fanout),
        new Section("status-fanout", GROUP, StatusFanout::measure),
        new Section("many-sockets", GROUP, SocketSections::many));
  }

  static SocketServers servers(BenchRun run) {
    return run.shared(
        SocketServers.class,
        () -> {
          try {
            return new SocketServers();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static void fanout(BenchRun run) throws Exception {
    int count = run.scale().of(5000, 500);
    String work = "one change to %,d sockets".formatted(count);
    SocketServers servers = servers(run);
    Server node = servers.node();
    Arrivals arrivals = new Arrivals("\"n\":", 7);
    Fanout fanout = new Fanout(run, arrivals, "%d");
    try (SocketLoad ours = new SocketLoad()) {
      node.require("PUT", SocketLoad.API + "/" + TOPIC, document("1000000"));
      servers.openSessions(ours, count);
      ours.open(node, 0, count, TOPIC, arrivals::receiver);
      fanout.with("aetherkeep", node, put(ours.writer(node)));
      // One process may not open the sockets of all four servers at once.
      try (SocketLoad others = new SocketLoad()) {
        others.open(servers.bare(), 0, count, TOPIC, arrivals::receiver);
        fanout.with("bare handler", servers.bare(), put(others.writer(servers.bare())));
        if (servers.ws().isPresent()) {
          others.open(servers.ws().get(), 0, count, TOPIC, arrivals::receiver);
          fanout.with("ws", servers.ws().get(), put(others.writer(servers.ws().get())));
        }
        fanout.measure(count).rows(work, Goal.ratioAtMost(0.9));
      }
      if (servers.socketIo().isPresent()) {
        try (SocketLoad others = new SocketLoad()) {
          fanout.retain(List.of("aetherkeep"));
          others.open(servers.socketIo().get(), 0, count, TOPIC, arrivals::receiver);
          fanout.with(
              "socket.io", servers.socketIo().get(), put(others.writer(servers.socketIo().get())));
          fanout.measure(count).rows(work, null);
        }
      }
    }
  }

  static Consumer<String> put(Consumer<Buffer> writer) {
    return number ->
        writer.accept(RawRequest.json("PUT", SocketLoad.API + "/" + TOPIC, document(number)));
  }

  static String document(String number) {
    return "{\"status\":\"running\",\"stage\":\"" + "x".repeat(150) + "\",\"n\":" + number + "}";
  }

  private static void idle(BenchRun run) throws Exception {
    int count = run.scale().of(10_000, 1000);
    SocketServers servers = servers(run);
    Map<Server, Double> each = new HashMap<>();
    LinePlot plot =
        new LinePlot("sockets", "Memory of idle sockets", "open sockets", "resident memory, MiB");
    for (Server server : servers.all()) {
      each.put(server, idle(run, server, count, plot));
    }
    run.report().add(plot);
    Server node = servers.node();
    for (Server other : servers.all().subList(1, servers.all().size())) {
      run.row(
          "%,d idle sockets".formatted(count),
          "resident memory of each",
          "KiB",
          List.of(each.get(node)),
          other.name(),
          List.of(each.get(other)),
          other.equals(servers.bare()) ? Goal.atMost(5) : null);
    }
  }

  private static double idle(BenchRun run, Server server, int count, LinePlot plot)
      throws Exception {
    try (SocketLoad load = new SocketLoad()) {
      if (server.isAetherkeep()) {
        servers(run).openSessions(load, WARM + count);
      }
      load.open(server, 0, WARM, "listeners/p1", () -> heard -> {});
      long before = SocketServers.residentAfterCollection(server);
      long now = before;
      int steps = 4;
      plot.point(server.name(), WARM, before / 1024.0);
      for (int step = 0; step < steps; step++) {
        int first = WARM + count * step / steps;
        int end = WARM + count * (step + 1) / steps;
        load.open(server, first, end - first, "listeners/p1", () -> heard -> {});
        now = SocketServers.residentAfterCollection(server);
        plot.point(server.name(), end, now / 1024.0);
      }
      double each = (now - before) / (double) count;
      run.progress("       %s: %.1f KiB a socket".formatted(server.name(), each));
      return each;
    }
  }

  /**
   * Measures ordinary requests at a fixed rate while as many sockets open as a process may have.
   * The node has the flags of its script: with a heap as small as its live data, it would collect
   * all the time.
   */
  private static void many(BenchRun run) throws Exception {
    int count = Math.min(run.scale().of(50_000, 2000), SocketLoad.most());
    double seconds = run.scale().of(5, 1);
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        Installation installation = Installation.create();
        Server node = installation.start(SocketServers.settings(redis), Map.of());
        SocketLoad load = new SocketLoad()) {
      load.sessions(node, 0, count);
      List<Buffer> ordinary =
          IntStream.range(0, 100)
              .mapToObj(i -> RawRequest.get(SocketLoad.API + "/sessions/bench-session-number-" + i))
              .toList();
      try (RateLoad rate = RateLoad.start(ordinary, node.port(), ORDINARY_RATE)) {
        rate.during(1);
        RateLoad.Latencies before = rate.during(seconds);
        double perSecond =
            load.open(node, 0, count, "listeners/p1", () -> heard -> {}, OPENED_A_SECOND);
        RateLoad.Latencies opening = rate.latencies();
        RateLoad.Latencies open = rate.during(seconds);
        String work = "%,d sockets on one node".formatted(count);
        run.row(work, "opened a second", "", List.of(perSecond), Goal.atLeast(2000));
        p99(run, work, "p99 of other requests while they open", opening, before);
        p99(run, work, "p99 of other requests when all are open", open, before);
      }
    }
  }

  private static void p99(
      BenchRun run, String work, String measure, RateLoad.Latencies with, RateLoad.Latencies none) {
    if (with.failed() > with.answered() / 100) {
      throw new IllegalStateException(
          "%s: %d answered, %d failed".formatted(measure, with.answered(), with.failed()));
    }
    run.row(
        work,
        measure,
        "ms",
        List.of(with.p99()),
        "without sockets",
        List.of(none.p99()),
        Goal.ratioAtMost(2));
  }
}
