package io.aetherkeep.bench.http;

import io.aetherkeep.bench.load.Load;
import io.aetherkeep.bench.load.RawRequest;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Open-loop load above a node's capacity: requests come at a fixed rate, on up to a fixed number of
 * connections, and latency counts from the sending. Accepted requests must take no longer than
 * under a moderate load.
 */
public final class Overload {

  private static final int CONNECTIONS = 1500;
  private static final double SECONDS = 8;

  /** Warm-up that is not measured: until then code compiles and the limits settle. */
  private static final double LEAD_IN = 3;

  /** A request of forty entries, so expensive that the load generator's own cost is negligible. */
  private static final String PATH =
      "/api/v1/aethercast/caches/topic?"
          + IntStream.range(0, 40).mapToObj(i -> "id=t" + i).collect(Collectors.joining("&"));

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
  private final Buffer request =
      Buffer.buffer("GET " + PATH + " HTTP/1.1\r\nhost: localhost\r\n\r\n");
  private final Deque<Runnable> idle = new ArrayDeque<>();
  private final List<Double> accepted = new ArrayList<>();
  private long refused;
  private long issued;
  private long counted;
  private long due;

  private Overload() {}

  /**
   * Measures with load shedding and without.
   *
   * @param shares multiples of the node's capacity to load it with
   */
  public static void run(List<String> shares) throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options())) {
      fill(redis);
      double capacity = measure(redis, true, 0);
      System.out.printf("one event loop answers %.0f requests/s%n", capacity);
      for (boolean shedding : new boolean[] {true, false}) {
        for (String times : shares.isEmpty() ? List.of("0.5", "0.9", "2") : shares) {
          double share = Double.parseDouble(times);
          System.out.printf("%s shedding, %.1f times that: ", shedding ? "with" : "without", share);
          measure(redis, shedding, capacity * share);
        }
      }
    }
  }

  private static void fill(EmbeddedRedis redis) throws Exception {
    Vertx vertx = Vertx.vertx();
    Redis client = Redis.createClient(vertx, redis.url() + "/0");
    for (int i = 0; i < 40; i++) {
      client
          .send(Request.cmd(Command.SETEX).arg("cache:topic:t" + i).arg(3600).arg(Reads.VALUE))
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Measures one node after a warm-up; a rate of 0 measures its capacity. */
  private static double measure(EmbeddedRedis redis, boolean shedding, double rate)
      throws Exception {
    Map<String, String> settings =
        Map.of(
            "AETHERKEEP_REDIS_URL",
            redis.url(),
            "AETHERKEEP_EVENT_LOOPS",
            "1",
            "AETHERKEEP_NEAR_SIZE",
            "0",
            "AETHERKEEP_HTTP_ACCESS_LOG",
            "off",
            "AETHERKEEP_HTTP_MAX_REQUESTS",
            shedding ? "500" : "1000000",
            "AETHERKEEP_HTTP_LONGEST_QUEUE",
            shedding ? "20ms" : "1h");
    Vertx warm = Vertx.vertx();
    try (Server server = Server.aetherkeep(settings)) {
      new Load(warm, List.of(RawRequest.get(PATH)), server.port()).run(10);
      return rate == 0
          ? new Load(warm, List.of(RawRequest.get(PATH)), server.port()).run(SECONDS).perSecond()
          : new Overload().at(server.port(), rate);
    } finally {
      warm.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private double at(int port, double rate) throws Exception {
    NetClient client = vertx.createNetClient();
    List<Future<NetSocket>> sockets = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      sockets.add(client.connect(port, "127.0.0.1").onSuccess(this::take));
    }
    Future.all(sockets).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    long start = System.nanoTime();
    vertx.setPeriodic(1, tick -> issue(start, rate));
    vertx
        .timer((long) (LEAD_IN * 1000))
        .compose(
            led -> {
              refused = 0;
              accepted.clear();
              counted = issued;
              return vertx.timer((long) (SECONDS * 1000));
            })
        .toCompletionStage()
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    print();
    return rate;
  }

  private void take(NetSocket socket) {
    Load.Answer answer = new Load.Answer();
    long[] from = {0};
    Runnable send =
        () -> {
          due--;
          from[0] = System.nanoTime();
          socket.write(request);
        };
    socket.handler(
        chunk -> {
          if (answer.isCompleteWith(chunk)) {
            note(answer, from[0]);
            answer.reset();
            idle.addLast(send);
            drain();
          }
        });
    idle.addLast(send);
  }

  private void note(Load.Answer answer, long from) {
    if (answer.isRefusal()) {
      refused++;
    } else if (answer.isGood()) {
      accepted.add((System.nanoTime() - from) / 1e6);
    }
  }

  private void issue(long start, double rate) {
    long now = System.nanoTime();
    long pending = (long) ((now - start) / 1e9 * rate) - issued;
    due += pending;
    issued += pending;
    drain();
  }

  private void drain() {
    while (due > 0 && !idle.isEmpty()) {
      idle.removeFirst().run();
    }
  }

  private void print() {
    Collections.sort(accepted);
    System.out.printf(
        "%d due, %d answered, %d refused; of the answered p50 %.1f ms, p99 %.1f ms%n",
        issued - counted, accepted.size(), refused, at(0.5), at(0.99));
  }

  private double at(double share) {
    return accepted.isEmpty() ? Double.NaN : accepted.get((int) (share * (accepted.size() - 1)));
  }
}
