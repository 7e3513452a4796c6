package io.aetherkeep.bench.stream;

import io.aetherkeep.bench.load.Load;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.stream.StreamServers.Durability;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Benchmark of streams: appends a second of 64 producers to 64 streams, the time to the last of
 * 1,000 followers, and a token's latency at 1,000 tokens a second. It compares Aetherkeep with a
 * bare handler on the same Redis and with the reference server, in alternating rounds.
 */
public final class StreamBench {

  public static final String ROOT = "/v1/stream/";

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String CHUNK = "twenty bytes a chunk";
  private static final int PRODUCERS = 64;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));
  private int names;

  public static boolean run(List<String> arguments) throws Exception {
    String part = arguments.isEmpty() ? "all" : arguments.get(0);
    int rounds = arguments.size() < 2 ? 5 : Integer.parseInt(arguments.get(1));
    int seconds = arguments.size() < 3 ? 5 : Integer.parseInt(arguments.get(2));
    StreamBench bench = new StreamBench();
    try {
      if (!part.equals("followers") && !part.equals("tokens")) {
        for (Durability durability : Durability.values()) {
          bench.appends(durability, rounds, seconds);
        }
      }
      if (!part.equals("appends")) {
        bench.fanOut(part, rounds, seconds);
      }
      return true;
    } finally {
      bench.vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private void fanOut(String part, int rounds, int seconds) throws Exception {
    try (StreamServers servers = new StreamServers(Durability.MEMORY)) {
      if (!part.equals("tokens")) {
        new StreamFollowers(vertx).compare(servers.all(), 1000, 30);
      }
      if (!part.equals("followers")) {
        new StreamTokens(vertx).compare(servers.all(), rounds, seconds);
      }
    }
  }

  private void appends(Durability durability, int rounds, int seconds) throws Exception {
    try (StreamServers servers = new StreamServers(durability)) {
      System.out.println("in " + durability.name().toLowerCase(Locale.ROOT) + ":");
      appends(servers, rounds, seconds);
    }
  }

  /** Result of a round: appends a second, and the processor time of each append in microseconds. */
  private record Round(double perSecond, double server, double redis, double load) {

    /** Returns the processor time that an append takes where it is served. */
    double served() {
      return server + redis;
    }

    static List<Double> each(List<Round> rounds, ToDoubleFunction<Round> figure) {
      return rounds.stream().map(figure::applyAsDouble).toList();
    }
  }

  private void appends(StreamServers servers, int rounds, int seconds) throws Exception {
    Map<String, List<Round>> measured = new LinkedHashMap<>();
    for (int round = -1; round < rounds; round++) {
      for (Server server : servers.all()) {
        Round result = round(servers, server, seconds);
        if (round >= 0) {
          measured.computeIfAbsent(server.name(), all -> new ArrayList<>()).add(result);
        }
      }
    }
    System.out.printf(
        "appends of %d bytes, %d producers, %d cores, Java %s, %d rounds of %d s%n",
        CHUNK.length(),
        PRODUCERS,
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        rounds,
        seconds);
    measured.forEach((name, all) -> print(name, all, ours(measured)));
  }

  private Round round(StreamServers servers, Server server, int seconds) throws Exception {
    List<Buffer> requests = fresh(server);
    long before = server.cpu().toNanos();
    long redis = servers.redisCpu().toNanos();
    long load = loadCpu().toNanos();
    Load.Result result = new Load(vertx, requests, server.port()).ownEach().run(seconds);
    double appends = result.answered() * 1000.0;
    Round round =
        new Round(
            result.perSecond(),
            (server.cpu().toNanos() - before) / appends,
            (servers.redisCpu().toNanos() - redis) / appends,
            (loadCpu().toNanos() - load) / appends);
    if (result.failed() > 0) {
      System.out.println(server.name() + " refused " + result.failed());
    }
    delete(server);
    return round;
  }

  private static Duration loadCpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static void print(String name, List<Round> all, List<Round> ours) {
    List<Double> ratios =
        ratios(Round.each(ours, Round::perSecond), Round.each(all, Round::perSecond));
    System.out.printf(
        "%-12s %8.0f a second, ours %5.2f times that (%5.2f to %5.2f); us of each: server %5.1f,"
            + " Redis %5.1f, load %5.1f; processor time, ours %5.2f times that%n",
        name,
        median(Round.each(all, Round::perSecond)),
        median(ratios),
        ratios.get(0),
        ratios.get(ratios.size() - 1),
        median(Round.each(all, Round::server)),
        median(Round.each(all, Round::redis)),
        median(Round.each(all, Round::load)),
        median(ratios(Round.each(ours, Round::served), Round.each(all, Round::served))));
  }

  /** Returns Aetherkeep's values. */
  public static <T> List<T> ours(Map<String, List<T>> measured) {
    return Objects.requireNonNull(measured.get("aetherkeep"));
  }

  private static List<Double> ratios(List<Double> ours, List<Double> others) {
    return IntStream.range(0, ours.size())
        .mapToObj(i -> ours.get(i) / others.get(i))
        .sorted()
        .toList();
  }

  /**
   * Creates the requests that append to new streams, so that no stream grows from round to round.
   */
  private List<Buffer> fresh(Server server) throws Exception {
    List<Buffer> requests = new ArrayList<>();
    names++;
    for (int i = 0; i < PRODUCERS; i++) {
      String path = path(i);
      create(server, path, "text/plain");
      requests.add(append(path, CHUNK));
    }
    return requests;
  }

  private String path(int producer) {
    return ROOT + "bench-" + names + "-" + producer;
  }

  private void delete(Server server) throws Exception {
    for (int i = 0; i < PRODUCERS; i++) {
      URI uri = URI.create("http://127.0.0.1:" + server.port() + path(i));
      HTTP.send(HttpRequest.newBuilder(uri).DELETE().build(), BodyHandlers.discarding());
    }
  }

  public static void create(Server server, String path, String type) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("Content-Type", type)
            .PUT(BodyPublishers.noBody())
            .build();
    int status = HTTP.send(request, BodyHandlers.discarding()).statusCode();
    if (status != 201) {
      throw new IllegalStateException(server.name() + " creates no stream: " + status);
    }
  }

  public static Buffer append(String path, String chunk) {
    return Buffer.buffer(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: "
            + chunk.length()
            + "\r\n\r\n"
            + chunk);
  }

  public static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
