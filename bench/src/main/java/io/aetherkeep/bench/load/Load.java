package io.aetherkeep.bench.load;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Closed-loop load generator: keep-alive connections with one request at a time on each. */
public final class Load {

  private static final int CONNECTIONS = 64;
  private static final int LEAST = 200;
  private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] CHUNKED =
      "transfer-encoding: chunked".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Vertx vertx;
  private final int port;
  private final List<Buffer> requests;
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final AtomicLong sent = new AtomicLong();
  private long limit = Long.MAX_VALUE;
  private final CountDownLatch done = new CountDownLatch(1);
  private boolean ownEach;
  private volatile boolean running = true;

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

  /** Sends requests for some seconds, and longer if too few are answered. */
  public Result run(double seconds) throws Exception {
    NetClient client = vertx.createNetClient();
    List<Future<NetSocket>> sockets = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      List<Buffer> own = ownEach ? List.of(requests.get(i % requests.size())) : requests;
      sockets.add(client.connect(port, "127.0.0.1").onSuccess(socket -> begin(socket, own)));
    }
    get(Future.all(sockets));
    long start = System.nanoTime();
    long before = answered.sum();
    get(vertx.timer((long) (seconds * 1000)));
    // Waits longer for a server that is still cold, on a busy machine.
    for (int i = 0; i < 300 && answered.sum() - before < LEAST && failed.sum() == 0; i++) {
      get(vertx.timer(100));
    }
    long count = answered.sum() - before;
    double took = (System.nanoTime() - start) / 1e9;
    running = false;
    get(client.close());
    return new Result(count, failed.sum(), took);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
  }

  /** Sends a number of requests in order, and starts over after the last. */
  public Result count(long times, double mostSeconds) throws Exception {
    limit = times;
    NetClient client = vertx.createNetClient();
    long start = System.nanoTime();
    for (int i = 0; i < CONNECTIONS; i++) {
      client.connect(port, "127.0.0.1").onSuccess(socket -> begin(socket, requests));
    }
    boolean whole = done.await((long) (mostSeconds * 1000), TimeUnit.MILLISECONDS);
    running = false;
    double took = (System.nanoTime() - start) / 1e9;
    get(client.close());
    if (!whole) {
      throw new IllegalStateException(
          "Only %d of %d requests in %.0f s".formatted(answered.sum(), times, took));
    }
    return new Result(answered.sum(), failed.sum(), took);
  }

  private void begin(NetSocket socket, List<Buffer> own) {
    Answer answer = new Answer();
    socket.handler(
        chunk -> {
          if (answer.isCompleteWith(chunk)) {
            note(answer);
            answer.reset();
            next(socket, own);
          }
        });
    next(socket, own);
  }

  private void next(NetSocket socket, List<Buffer> own) {
    if (!running) {
      return;
    }
    if (limit == Long.MAX_VALUE) {
      socket.write(own.get(ThreadLocalRandom.current().nextInt(own.size())));
      return;
    }
    long number = sent.getAndIncrement();
    if (number < limit) {
      socket.write(own.get((int) (number % own.size())));
    }
  }

  private void note(Answer answer) {
    (answer.isGood() ? answered : failed).increment();
    if (limit != Long.MAX_VALUE && answered.sum() + failed.sum() >= limit) {
      done.countDown();
    }
  }

  /** Minimal parser of an answer, which only finds its end. */
  public static final class Answer {

    private Buffer bytes = Buffer.buffer();
    private int end = -1;
    private boolean chunked;

    public boolean isCompleteWith(Buffer chunk) {
      if (bytes.length() == 0) {
        bytes = chunk;
      } else {
        bytes.appendBuffer(chunk);
      }
      if (end < 0) {
        end = end();
      }
      return end >= 0 && (chunked ? endsChunked() : bytes.length() >= end);
    }

    /** Whether the last chunk, which is empty, has come. */
    private boolean endsChunked() {
      int from = bytes.length() - LAST_CHUNK.length;
      return from >= end && Arrays.equals(bytes.getBytes(from, bytes.length()), LAST_CHUNK);
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
        chunked |= starts(head, i + 1, CHUNKED);
        if (starts(head, i + 1, LENGTH)) {
          length = number(head, i + 1 + LENGTH.length);
        }
      }
      return -1;
    }

    private static boolean starts(byte[] head, int at, byte... name) {
      for (int i = 0; i < name.length; i++) {
        if (at + i >= head.length || (head[at + i] | 0x20) != (name[i] | 0x20)) {
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
      chunked = false;
    }
  }
}
