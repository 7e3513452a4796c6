package io.aetherkeep.bench.load;

import io.aetherkeep.bench.report.Samples;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Open-loop load generator: sends requests at a fixed rate, whether the server answers or not. A
 * latency counts from the time its request was due, so that a stall counts for every request that
 * it delays.
 */
public final class RateLoad implements AutoCloseable {

  private static final int CONNECTIONS = 32;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
  private final List<Buffer> requests;
  private final double rate;
  private final Deque<Runnable> idle = new ArrayDeque<>();
  private final Deque<Long> due = new ArrayDeque<>();
  private final List<Double> millis = new ArrayList<>();
  private final Map<NetSocket, Runnable> sends = new HashMap<>();
  private volatile boolean closing;
  private long issued;
  private long failed;
  private long start;

  private RateLoad(List<Buffer> requests, double rate) {
    this.requests = List.copyOf(requests);
    this.rate = rate;
  }

  /** Starts a load of {@code rate} requests a second. */
  public static RateLoad start(List<Buffer> requests, int port, double rate) throws Exception {
    RateLoad load = new RateLoad(requests, rate);
    NetClient client = load.vertx.createNetClient();
    List<Future<NetSocket>> sockets = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      sockets.add(load.connect(client, port));
    }
    get(Future.all(sockets));
    load.start = System.nanoTime();
    load.vertx.setPeriodic(1, tick -> load.issue());
    return load;
  }

  private Future<NetSocket> connect(NetClient client, int port) {
    return client
        .connect(port, "127.0.0.1")
        .onSuccess(
            socket -> {
              take(socket);
              socket.closeHandler(
                  closed -> {
                    if (!closing) {
                      lost(socket);
                      connect(client, port);
                    }
                  });
            });
  }

  /** Counts the request that a closed connection has not answered. */
  private void lost(NetSocket socket) {
    if (idle.remove(sends.remove(socket))) {
      return;
    }
    failed++;
  }

  private void take(NetSocket socket) {
    Load.Answer answer = new Load.Answer();
    long[] from = {0};
    Runnable send = () -> from[0] = send(socket);
    socket.handler(
        chunk -> {
          if (answer.isCompleteWith(chunk)) {
            note(answer, from[0]);
            answer.reset();
            idle.add(send);
            issue();
          }
        });
    sends.put(socket, send);
    idle.add(send);
  }

  private void note(Load.Answer answer, long from) {
    if (answer.isGood()) {
      millis.add((System.nanoTime() - from) / 1e6);
    } else {
      failed++;
    }
  }

  private void issue() {
    long now = System.nanoTime();
    for (long until = (long) ((now - start) / 1e9 * rate); issued < until; issued++) {
      due.add(start + (long) (issued / rate * 1e9));
    }
    while (!due.isEmpty() && !idle.isEmpty()) {
      idle.remove().run();
    }
  }

  /** Sends the next request that is due; returns the time when it was due. */
  private long send(NetSocket socket) {
    long from = due.remove();
    socket.write(requests.get((int) (from / 1000 % requests.size())));
    return from;
  }

  /** Latencies of a period, in milliseconds. */
  public record Latencies(double median, double p99, long answered, long failed) {}

  /** Returns the latencies since the last call. */
  public Latencies latencies() throws Exception {
    return get(
        vertx
            .timer(1)
            .map(
                timer -> {
                  Latencies all =
                      new Latencies(
                          Samples.at(millis, 0.5), Samples.at(millis, 0.99), millis.size(), failed);
                  millis.clear();
                  failed = 0;
                  return all;
                }));
  }

  /** Waits; returns the latencies of that time only. */
  public Latencies during(double seconds) throws Exception {
    latencies();
    get(vertx.timer((long) (seconds * 1000)));
    return latencies();
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    closing = true;
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
