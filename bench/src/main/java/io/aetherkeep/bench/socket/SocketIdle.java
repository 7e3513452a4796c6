package io.aetherkeep.bench.socket;

import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.load.SocketLoad;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Benchmark of an idle WebSocket's memory in the server: resident memory after a collection, above
 * that with five hundred sockets. Each of Aetherkeep's sockets has its own session and watches a
 * topic.
 */
public final class SocketIdle {

  private static final int WARM = 500;

  private SocketIdle() {}

  public static boolean run(List<String> arguments) throws Exception {
    int count = arguments.isEmpty() ? 5000 : Integer.parseInt(arguments.get(0));
    double bare = 0;
    try (SocketServers servers = new SocketServers()) {
      System.out.printf("%d idle sockets, Java %s%n", count, Runtime.version());
      for (Server server : servers.all()) {
        double each = measure(server, count);
        bare = bare == 0 ? each : bare;
        System.out.printf(
            "%-12s %6.1f KiB a socket, ratio %.2f%n", server.name(), each, each / bare);
      }
    }
    return true;
  }

  private static double measure(Server server, int count) throws Exception {
    try (SocketLoad load = new SocketLoad()) {
      if (server.isAetherkeep()) {
        load.sessions(server, WARM + count);
      }
      List<String> greetings = SocketLoad.greetings(server, "listeners/p1");
      load.open(server, 0, WARM, greetings, () -> heard -> {});
      long before = resident(server);
      load.open(server, WARM, count, greetings, () -> heard -> {});
      return (resident(server) - before) / (double) count;
    }
  }

  private static long resident(Server server) throws Exception {
    String pid = Long.toString(server.pid());
    for (int i = 0; i < 3; i++) {
      List<String> collect =
          server.name().startsWith("node")
              ? List.of("kill", "-USR2", pid)
              : List.of("jcmd", pid, "GC.run");
      new ProcessBuilder(collect)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(20, TimeUnit.SECONDS);
    }
    return server.residentKilobytes();
  }
}
