package io.aetherkeep.bench.socket;

import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.load.TokenScanner;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Benchmark of fan-out to thousands of event streams of a status: the time from a PUT to the last
 * receiver, against a bare handler that writes to as many responses.
 */
public final class StatusFanout {

  private static final String PATH = "/api/v1/aethercast/status/crawl/c1";
  private static final String MARK = "\"n\":";
  private static final int DIGITS = 7;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));

  private volatile CountDownLatch missing = new CountDownLatch(0);
  private volatile String awaited = "";
  private volatile String refusal = "";
  private int changes = 1_000_000;

  public static boolean run(List<String> arguments) throws Exception {
    int watchers = arguments.isEmpty() ? 5000 : Integer.parseInt(arguments.get(0));
    int rounds = arguments.size() < 2 ? 30 : Integer.parseInt(arguments.get(1));
    return new StatusFanout().run(watchers, rounds);
  }

  private boolean run(int watchers, int rounds) throws Exception {
    Path here =
        Path.of(StatusFanout.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path ours = here.resolve("../../../launcher/target/aetherkeep.jar").normalize();
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        Server bare = Server.start("bare", Map.of(), here, "bare-streams");
        Server keep =
            Server.start(
                "aetherkeep",
                Map.of("AETHERKEEP_HTTP_PORT", "0", "AETHERKEEP_REDIS_URL", redis.url()),
                ours);
        Server other =
            Server.start(
                "another node",
                Map.of("AETHERKEEP_HTTP_PORT", "0", "AETHERKEEP_REDIS_URL", redis.url()),
                ours)) {
      NetSocket toBare = dial(bare.port());
      NetSocket toKeep = dial(keep.port());
      NetSocket toOther = dial(other.port());
      put(toKeep);
      compare(watchers, rounds, bare, keep, List.of(toBare, toKeep, toOther));
      return true;
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private void compare(int watchers, int rounds, Server bare, Server keep, List<NetSocket> writers)
      throws Exception {
    List<List<Double>> millis = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    NetClient client = vertx.createNetClient();
    watch(client, bare.port(), watchers);
    watch(client, keep.port(), watchers);
    for (int round = -rounds; round < rounds; round++) {
      for (int which = 0; which < writers.size(); which++) {
        double took = change(writers.get(which), watchers);
        if (round >= 0) {
          millis.get(which).add(took);
        }
      }
    }
    client.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    System.out.printf(
        "%d watchers, %d cores, Java %s, medians of %d changes%n",
        watchers, Runtime.getRuntime().availableProcessors(), Runtime.version(), rounds);
    print("bare handler", millis.get(0));
    print("aetherkeep", millis.get(1));
    print("aetherkeep, put on another node", millis.get(2));
    System.out.printf(
        "ratio %.2f, from another node %.2f%n",
        median(millis.get(1)) / median(millis.get(0)),
        median(millis.get(2)) / median(millis.get(0)));
  }

  private NetSocket dial(int port) throws Exception {
    NetSocket socket =
        vertx
            .createNetClient()
            .connect(port, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    socket.handler(answer -> refusal = answer.getByte(9) == '2' ? refusal : answer.toString());
    return socket;
  }

  private void watch(NetClient client, int port, int watchers) throws Exception {
    List<Future<Void>> begun = new ArrayList<>();
    for (int i = 0; i < watchers; i++) {
      begun.add(client.connect(port, "127.0.0.1").compose(this::follow));
      if (i % 200 == 199) {
        Future.all(begun).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        begun.clear();
      }
    }
    Future.all(begun).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** Follows the status; completes with the first bytes. */
  private Future<Void> follow(NetSocket socket) {
    socket.write(
        "GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
    TokenScanner scanner = new TokenScanner(MARK, DIGITS, this::come);
    return Future.future(
        begun ->
            socket.handler(
                read -> {
                  begun.tryComplete();
                  scanner.handle(read);
                }));
  }

  private void come(String number) {
    if (number.equals(awaited)) {
      missing.countDown();
    }
  }

  /** Returns how many ms pass from a write to its last receiver. */
  private double change(NetSocket writer, int watchers) throws Exception {
    // Late copies of the value before must not count.
    awaited = Integer.toString(changes + 1);
    missing = new CountDownLatch(watchers);
    long start = System.nanoTime();
    put(writer);
    if (!missing.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "only " + (watchers - missing.getCount()) + " were reached " + refusal);
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private void put(NetSocket writer) {
    changes++;
    String document =
        "{\"status\":\"running\",\"stage\":\"" + "x".repeat(150) + "\"," + MARK + changes + "}";
    writer.write(
        "PUT "
            + PATH
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + document.length()
            + "\r\n\r\n"
            + document);
  }

  private static void print(String name, List<Double> millis) {
    List<Double> sorted = millis.stream().sorted().toList();
    System.out.printf(
        "%-32s %7.1f ms to the last (%.1f to %.1f)%n",
        name, median(sorted), sorted.get(0), sorted.get(sorted.size() - 1));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
