package io.aetherkeep.bench.load;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Closed-loop load generator: keep-alive connections with one request at a time on each. */
public final class Load {

  private static final int CONNECTIONS = 64;
  private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

  private final Vertx vertx;
  private final int port;
  private final List<Buffer> requests;
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private boolean ownEach;
  private volatile boolean running = true;

  public Load(Vertx vertx, int port, List<String> paths) {
    this(
        vertx,
        paths.stream()
            .map(path -> Buffer.buffer("GET " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n"))
            .toList(),
        port);
  }

  /** Creates a load of raw requests. */
  public Load(Vertx vertx, List<Buffer> requests, int port) {
    this.vertx = vertx;
    this.port = port;
    this.requests = List.copyOf(requests);
  }

  /** Lets each connection repeat one request, instead of random ones. */
  public Load ownEach() {
    ownEach = true;
    return this;
  }

  /** Result of a run. */
  public record Result(long answered, long failed, double seconds) {
    public double perSecond() {
      return answered / seconds;
    }
  }

  public Result run(double seconds) throws Exception {
    NetClient client = vertx.createNetClient();
    List<Future<NetSocket>> sockets = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      List<Buffer> own = ownEach ? List.of(requests.get(i % requests.size())) : requests;
      sockets.add(client.connect(port, "127.0.0.1").onSuccess(socket -> begin(socket, own)));
    }
    Future.all(sockets).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    long start = System.nanoTime();
    long before = answered.sum();
    vertx
        .timer((long) (seconds * 1000))
        .toCompletionStage()
        .toCompletableFuture()
        .get((long) seconds + 60, TimeUnit.SECONDS);
    long count = answered.sum() - before;
    double took = (System.nanoTime() - start) / 1e9;
    running = false;
    client.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    return new Result(count, failed.sum(), took);
  }

  private void begin(NetSocket socket, List<Buffer> own) {
    Answer answer = new Answer();
    socket.handler(
        chunk -> {
          if (answer.isCompleteWith(chunk)) {
            (answer.isGood() ? answered : failed).increment();
            answer.reset();
            next(socket, own);
          }
        });
    next(socket, own);
  }

  private void next(NetSocket socket, List<Buffer> own) {
    if (running) {
      socket.write(own.get(ThreadLocalRandom.current().nextInt(own.size())));
    }
  }

  /** Minimal parser of an answer, which only finds its end. */
  public static final class Answer {

    private Buffer bytes = Buffer.buffer();
    private int end = -1;

    public boolean isCompleteWith(Buffer chunk) {
      if (bytes.length() == 0) {
        bytes = chunk;
      } else {
        bytes.appendBuffer(chunk);
      }
      if (end < 0) {
        end = end();
      }
      return end >= 0 && bytes.length() >= end;
    }

    private int end() {
      byte[] head = bytes.getBytes();
      int length = -1;
      for (int i = 0; i + 2 < head.length; i++) {
        if (head[i] != '\n') {
          continue;
        }
        if (head[i + 1] == '\r') {
          return length < 0 ? i + 3 : i + 3 + length;
        }
        if (startsLength(head, i + 1)) {
          length = number(head, i + 1 + LENGTH.length);
        }
      }
      return -1;
    }

    private static boolean startsLength(byte[] head, int at) {
      for (int i = 0; i < LENGTH.length; i++) {
        if (at + i >= head.length || (head[at + i] | 0x20) != (LENGTH[i] | 0x20)) {
          return false;
        }
      }
      return true;
    }

    private static int number(byte[] head, int at) {
      int number = 0;
      for (int i = at; head[i] >= '0' && head[i] <= '9'; i++) {
        number = number * 10 + head[i] - '0';
      }
      return number;
    }

    public boolean isGood() {
      return bytes.getByte(9) == '2';
    }

    /** Whether the status is 429. */
    public boolean isRefusal() {
      return bytes.getByte(9) == '4' && bytes.getByte(11) == '9';
    }

    public void reset() {
      bytes = Buffer.buffer();
      end = -1;
    }
  }
}
