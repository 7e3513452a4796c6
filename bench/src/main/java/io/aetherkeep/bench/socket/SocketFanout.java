package io.aetherkeep.bench.socket;

import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.load.SocketLoad;
import io.aetherkeep.bench.load.TokenScanner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Benchmark of fan-out to WebSockets: the time from one change to its last receiver, on each server
 * in turn.
 */
public final class SocketFanout {

  private static final String TOPIC = "status/crawl/c1";
  private static final String MARK = "\"n\":";
  private static final int DIGITS = 7;

  private volatile String awaited = "";
  private volatile CountDownLatch missing = new CountDownLatch(0);
  private int changes = 1_000_000;

  private SocketFanout() {}

  public static boolean run(List<String> arguments) throws Exception {
    int count = arguments.isEmpty() ? 5000 : Integer.parseInt(arguments.get(0));
    int rounds = arguments.size() < 2 ? 30 : Integer.parseInt(arguments.get(1));
    new SocketFanout().measure(count, rounds);
    return true;
  }

  private void measure(int count, int rounds) throws Exception {
    Map<Server, List<Double>> millis = new LinkedHashMap<>();
    try (SocketServers servers = new SocketServers();
        SocketLoad load = new SocketLoad()) {
      for (Server server : servers.all()) {
        millis.put(server, new ArrayList<>());
        if (server.isAetherkeep()) {
          load.sessions(server, count);
          SocketLoad.await(load.send(server, "PUT", SocketLoad.API + "/" + TOPIC, document()));
        }
        load.open(
            server,
            0,
            count,
            SocketLoad.greetings(server, TOPIC),
            () -> new TokenScanner(MARK, DIGITS, this::come));
      }
      for (int round = -rounds; round < rounds; round++) {
        for (Server server : servers.all()) {
          double took = change(load, server, count);
          if (round >= 0) {
            Objects.requireNonNull(millis.get(server)).add(took);
          }
        }
      }
    }
    print(count, rounds, millis);
  }

  private void come(String number) {
    if (number.equals(awaited)) {
      missing.countDown();
    }
  }

  private String document() {
    return "{\"status\":\"running\",\"stage\":\""
        + "x".repeat(150)
        + "\","
        + MARK
        + ++changes
        + "}";
  }

  private double change(SocketLoad load, Server server, int count) throws Exception {
    String document = document();
    awaited = Integer.toString(changes);
    missing = new CountDownLatch(count);
    long start = System.nanoTime();
    var put = load.send(server, "PUT", SocketLoad.API + "/" + TOPIC, document);
    if (!missing.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          server.name() + ": " + missing.getCount() + " were not reached");
    }
    double took = (System.nanoTime() - start) / 1e6;
    SocketLoad.await(put);
    return took;
  }

  private static void print(int count, int rounds, Map<Server, List<Double>> millis) {
    System.out.printf(
        "%d sockets, %d cores, Java %s, medians of %d changes%n",
        count, Runtime.getRuntime().availableProcessors(), Runtime.version(), rounds);
    double bare = median(millis.values().iterator().next());
    millis.forEach(
        (server, all) ->
            System.out.printf(
                "%-12s %7.1f ms to the last, ratio %.2f%n",
                server.name(), median(all), median(all) / bare));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
