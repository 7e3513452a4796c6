package io.aetherkeep.bench;

import io.aetherkeep.bench.baseline.BareAppends;
import io.aetherkeep.bench.baseline.BareServer;
import io.aetherkeep.bench.baseline.BareService;
import io.aetherkeep.bench.baseline.BareSockets;
import io.aetherkeep.bench.baseline.BareStreams;
import io.aetherkeep.bench.baseline.BareWrites;
import io.aetherkeep.bench.baseline.ConstantServer;
import io.aetherkeep.bench.bus.BusHop;
import io.aetherkeep.bench.capacity.Capacity;
import io.aetherkeep.bench.http.Overload;
import io.aetherkeep.bench.http.Progress;
import io.aetherkeep.bench.http.Reads;
import java.util.List;

/** Main class of the benchmarks: runs sections of the report, or another measurement, by name. */
public final class Benchmarks {

  private Benchmarks() {}

  public static void main(String[] arguments) throws Exception {
    List<String> words = List.of(arguments);
    List<String> rest = words.isEmpty() ? List.of() : words.subList(1, words.size());
    switch (words.isEmpty() ? "help" : words.get(0)) {
      case "overload" -> Overload.run(rest);
      case "progress" -> Progress.run(rest);
      case "capacity" -> Capacity.run(rest);
      case "bus-hop" -> BusHop.run();
      // Baselines, which the sections start as separate processes.
      case "bare-writes" -> BareWrites.run(words.get(1));
      case "bare-sockets" -> BareSockets.run();
      case "bare-appends" -> BareAppends.run();
      case "bare-streams" -> BareStreams.run();
      case "bare-service" -> BareService.run();
      case "constant-server" -> ConstantServer.run(Reads.VALUE);
      case "bare-server" -> BareServer.run(words.get(1));
      default -> System.exit(Sections.run(words));
    }
  }
}
