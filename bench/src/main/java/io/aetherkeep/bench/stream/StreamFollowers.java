package io.aetherkeep.bench.stream;

import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.load.TokenScanner;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Benchmark of fan-out to many followers of a stream: the time from one append to the last of them.
 */
final class StreamFollowers {

  private static final int DIGITS = 14;

  private final Vertx vertx;
  private volatile CountDownLatch missing = new CountDownLatch(0);
  private volatile String awaited = "";
  private int appends;

  StreamFollowers(Vertx vertx) {
    this.vertx = vertx;
  }

  void compare(List<Server> servers, int followers, int rounds) throws Exception {
    String path = StreamBench.ROOT + "followed";
    NetClient client = vertx.createNetClient();
    List<NetSocket> writers = new ArrayList<>();
    for (Server server : servers) {
      StreamBench.create(server, path, "text/plain");
      writers.add(get(client.connect(server.port(), "127.0.0.1")));
      follow(client, server.port(), path, followers);
    }
    Map<String, List<Double>> millis = new LinkedHashMap<>();
    for (int round = -rounds; round < rounds; round++) {
      for (int i = 0; i < writers.size(); i++) {
        double took = append(writers.get(i), path, followers);
        if (round >= 0) {
          millis.computeIfAbsent(servers.get(i).name(), all -> new ArrayList<>()).add(took);
        }
      }
    }
    get(client.close());
    System.out.printf("to the last of %d followers, medians of %d appends%n", followers, rounds);
    double ours = StreamBench.median(StreamBench.ours(millis));
    millis.forEach(
        (name, each) ->
            System.out.printf(
                "%-18s %7.1f ms, ours %5.2f times that%n",
                name, StreamBench.median(each), ours / StreamBench.median(each)));
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private void follow(NetClient client, int port, String path, int followers) throws Exception {
    List<Future<Void>> begun = new ArrayList<>();
    for (int i = 1; i <= followers; i++) {
      begun.add(client.connect(port, "127.0.0.1").compose(socket -> follow(socket, path)));
      if (i % 100 == 0 || i == followers) {
        get(Future.all(begun));
        begun.clear();
      }
    }
  }

  /** Follows the stream; completes with the first bytes. */
  private Future<Void> follow(NetSocket socket, String path) {
    socket.write(
        "GET "
            + path
            + "?offset=-1&live=sse HTTP/1.1\r\nHost: localhost\r\n"
            + "Accept: text/event-stream\r\n\r\n");
    TokenScanner scanner = new TokenScanner("<", DIGITS, this::come);
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

  private double append(NetSocket writer, String path, int followers) throws Exception {
    // Late copies of the chunk before must not count.
    awaited = ("%0" + DIGITS + "d").formatted(++appends);
    missing = new CountDownLatch(followers);
    long start = System.nanoTime();
    writer.write(StreamBench.append(path, "<" + awaited + ">"));
    if (!missing.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("only " + (followers - missing.getCount()) + " were reached");
    }
    return (System.nanoTime() - start) / 1e6;
  }
}
