package io.aetherkeep.bench.stream;

import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.load.TokenScanner;
import io.aetherkeep.bench.report.BenchRun;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Benchmark of a token's latency at 1,000 tokens a second: from just before its append is written
 * to the producer's socket until a follower by server-sent events has read it. There are 50
 * streams, each with 20 tokens of 20 bytes a second. The latency includes the clients' share, which
 * is equal for all servers.
 */
final class StreamTokens {

  private static final int STREAMS = 50;
  private static final int PER_SECOND = 1000;
  private static final int DIGITS = 16;

  private final Vertx vertx;
  private int names;

  StreamTokens(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Measures in alternating rounds; the node is the first server. */
  void measure(BenchRun run, List<Server> servers) throws Exception {
    int seconds = run.scale().of(2, 1);
    Map<Server, List<double[]>> all = new LinkedHashMap<>();
    servers.forEach(server -> all.put(server, new ArrayList<>()));
    for (int round = -1; round < run.scale().of(3, 1); round++) {
      for (Server server : servers) {
        double[] measured = round(server, seconds);
        if (round >= 0) {
          Objects.requireNonNull(all.get(server)).add(measured);
        }
      }
    }
    List<double[]> ours = Objects.requireNonNull(all.remove(servers.get(0)));
    all.forEach((other, theirs) -> rows(run, ours, other, theirs));
  }

  private static void rows(BenchRun run, List<double[]> ours, Server other, List<double[]> theirs) {
    for (int which = 0; which < 2; which++) {
      int at = which;
      run.row(
          "a token to its follower, %,d a second".formatted(PER_SECOND),
          at == 0 ? "median" : "p99",
          "ms",
          ours.stream().map(round -> round[at]).toList(),
          other.name(),
          theirs.stream().map(round -> round[at]).toList(),
          null);
    }
  }

  /** Runs one round; returns the median and the 99th percentile in ms. */
  private double[] round(Server server, int seconds) throws Exception {
    int tokens = PER_SECOND * seconds;
    long[] sent = new long[tokens];
    long[] took = new long[tokens];
    AtomicLong received = new AtomicLong();
    AtomicLong refused = new AtomicLong();
    NetClient client = vertx.createNetClient();
    List<NetSocket> writers = new ArrayList<>();
    names++;
    for (int i = 0; i < STREAMS; i++) {
      StreamSections.create(server, path(i));
      NetSocket reader = get(client.connect(server.port(), "127.0.0.1"));
      reader.handler(
          new TokenScanner("<t", DIGITS, token -> received.addAndGet(note(token, sent, took))));
      reader.write("GET " + path(i) + "?offset=-1&live=sse HTTP/1.1\r\nHost: localhost\r\n\r\n");
      NetSocket writer = get(client.connect(server.port(), "127.0.0.1"));
      writer.handler(
          new TokenScanner(
              "HTTP/1.1 ", 1, status -> refused.addAndGet(status.equals("2") ? 0 : 1)));
      writers.add(writer);
    }
    long start = System.nanoTime() + 300_000_000;
    for (int token = 0; token < tokens; token++) {
      awaitTime(start + token * (1_000_000_000L / PER_SECOND));
      sent[token] = System.nanoTime();
      writers
          .get(token % STREAMS)
          .write(
              StreamSections.append(
                  path(token % STREAMS), ("<t%0" + DIGITS + "d>,").formatted(token)));
    }
    long end = System.nanoTime() + 10_000_000_000L;
    while (received.get() < tokens && System.nanoTime() < end) {
      awaitTime(System.nanoTime() + 1_000_000);
    }
    get(client.close());
    if (received.get() != tokens || refused.get() > 0) {
      throw new IllegalStateException(
          "%s reached %d of %d, and refused %d"
              .formatted(server.name(), received.get(), tokens, refused.get()));
    }
    long[] all = Arrays.stream(took).filter(nanos -> nanos > 0).sorted().toArray();
    return new double[] {all[all.length / 2] / 1e6, all[all.length * 99 / 100] / 1e6};
  }

  private String path(int stream) {
    return StreamSections.ROOT + "tokens-" + names + "-" + stream;
  }

  private static void awaitTime(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Records a token's arrival; returns 1 the first time, and 0 for a repetition. */
  private static int note(String text, long[] sent, long[] took) {
    int token = Integer.parseInt(text);
    if (took[token] > 0) {
      return 0;
    }
    took[token] = System.nanoTime() - sent[token];
    return 1;
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
