package io.aetherkeep.bench.load;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Load generator of WebSockets and event streams, which parses as little as possible. */
public final class SocketLoad implements AutoCloseable {

  public static final String API = "/api/v1/aethercast";

  private static final int AT_ONCE = 100;

  /**
   * Sockets from one source address: few, because the kernel's search for a free port is slow when
   * most are in use.
   */
  private static final int FROM_ONE_ADDRESS = 1000;

  private final Vertx vertx = Vertx.vertx();
  private final List<NetClient> clients =
      IntStream.rangeClosed(1, 60)
          .mapToObj(i -> new NetClientOptions().setLocalAddress("127.0.0." + i))
          .map(vertx::createNetClient)
          .toList();
  private int opened;

  /** Handshake of a socket: the path, and the text to send after each answer. */
  private record Handshake(String path, List<String> greetings) {

    static Handshake of(Server server, String topic) {
      if (server.name().equals("socket.io")) {
        return new Handshake("/socket.io/?EIO=4&transport=websocket", List.of("40"));
      }
      return new Handshake(
          API + "/realtime",
          server.isAetherkeep()
              ? List.of(
                  "{\"op\":\"hello\",\"session\":\"bench-session-number-%d\"}",
                  "{\"op\":\"watch\",\"topic\":\"" + topic + "\"}")
              : List.of("{}"));
    }

    Buffer request() {
      return Buffer.buffer(
          "GET "
              + path
              + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
              + (path.startsWith(API) ? "Sec-WebSocket-Protocol: aetherkeep.v1\r\n\r\n" : "\r\n"));
    }
  }

  public static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** Returns how many sockets one process may have open, with some left for other files. */
  public static int most() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/limits")).stream()
        .filter(line -> line.startsWith("Max open files"))
        .mapToInt(line -> (int) Long.parseLong(line.split(" +", -1)[3]))
        .map(limit -> limit - 1000)
        .findAny()
        .orElse(1000);
  }

  /** Opens WebSockets as fast as the server accepts them. */
  public void open(
      Server server, int first, int count, String topic, Supplier<Handler<Buffer>> handlers)
      throws Exception {
    open(server, first, count, topic, handlers, Double.MAX_VALUE);
  }

  /**
   * Opens WebSockets, numbered from the first on; waits until each one's last greeting is answered.
   *
   * @return the sockets opened a second
   */
  public double open(
      Server server,
      int first,
      int count,
      String topic,
      Supplier<Handler<Buffer>> handlers,
      double perSecond)
      throws Exception {
    Handshake handshake = Handshake.of(server, topic);
    return many(
        count,
        perSecond,
        i ->
            connect(server).compose(socket -> greet(socket, first + i, handshake, handlers.get())));
  }

  /** Opens event streams; waits until each has begun. */
  public void follow(Server server, int count, String path, Supplier<Handler<Buffer>> handlers)
      throws Exception {
    Buffer request = RawRequest.get(path, "Accept: text/event-stream");
    many(
        count,
        Double.MAX_VALUE,
        i -> connect(server).compose(socket -> follow(socket, request, handlers.get())));
  }

  private static Future<Void> follow(NetSocket socket, Buffer request, Handler<Buffer> handler) {
    Promise<Void> begun = Promise.promise();
    socket.handler(
        chunk -> {
          begin(begun, chunk);
          handler.handle(chunk);
        });
    socket.closeHandler(closed -> begun.tryFail("closed"));
    socket.write(request);
    return begun.future();
  }

  /** An overloaded server refuses, and its refusal is no stream. */
  private static void begin(Promise<Void> begun, Buffer chunk) {
    if (begun.future().isComplete()) {
      return;
    }
    String head = chunk.toString(StandardCharsets.ISO_8859_1).lines().findFirst().orElse("");
    if (head.startsWith("HTTP/1.1 200 ")) {
      begun.tryComplete();
    } else {
      begun.tryFail("refused: " + head);
    }
  }

  private Future<NetSocket> connect(Server server) {
    NetClient client = clients.get(Math.min(opened++ / FROM_ONE_ADDRESS, clients.size() - 1));
    return client.connect(server.port(), "127.0.0.1");
  }

  /** Starter of one of many connections. */
  private interface Start {
    Future<?> begin(int number);
  }

  private static double many(int count, double perSecond, Start start) throws Exception {
    Semaphore free = new Semaphore(AT_ONCE);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    long from = System.nanoTime();
    for (int i = 0; i < count; i++) {
      awaitTime(from + (long) (i / perSecond * 1e9));
      acquire(free, 1);
      start
          .begin(i)
          .onComplete(
              done -> free.release(),
              thrown -> {
                failure.compareAndSet(null, thrown);
                free.release();
              });
    }
    acquire(free, AT_ONCE);
    if (failure.get() != null) {
      throw new IllegalStateException(failure.get());
    }
    return count / ((System.nanoTime() - from) / 1e9);
  }

  private static void acquire(Semaphore free, int permits) throws InterruptedException {
    if (!free.tryAcquire(permits, 60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("The server does not answer");
    }
  }

  private static void awaitTime(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static Future<Void> greet(
      NetSocket socket, int number, Handshake handshake, Handler<Buffer> handler) {
    Promise<Void> begun = Promise.promise();
    int[] answers = {0};
    List<String> greetings = handshake.greetings;
    socket.handler(
        chunk -> {
          if (answers[0] < greetings.size()) {
            socket.write(frame(greetings.get(answers[0]++).formatted(number)));
          } else {
            begun.tryComplete();
            handler.handle(chunk);
          }
        });
    socket.closeHandler(closed -> begun.tryFail("closed"));
    socket.write(handshake.request());
    return begun.future();
  }

  /** Encodes a text frame of less than 126 bytes, with a zero mask. */
  private static Buffer frame(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Buffer.buffer()
        .appendByte((byte) 0x81)
        .appendByte((byte) (0x80 | bytes.length))
        .appendInt(0)
        .appendBytes(bytes);
  }

  /**
   * Returns a writer that sends each request on a new connection, so that no idle timeout ends it.
   */
  public Consumer<Buffer> writer(Server server) {
    return request ->
        connect(server)
            .onSuccess(
                socket -> {
                  socket.handler(
                      answer -> {
                        if (answer.getByte(9) != '2') {
                          System.err.println(server.name() + " refuses: " + answer);
                        }
                        socket.close();
                      });
                  socket.write(request);
                });
  }

  /** Opens the sessions of the sockets with these numbers. */
  public void sessions(Server server, int first, int end) throws Exception {
    int count = end - first;
    if (count <= 0) {
      return;
    }
    List<Buffer> requests =
        IntStream.range(first, end)
            .mapToObj(
                i ->
                    RawRequest.json(
                        "POST", API + "/sessions", "{\"id\":\"bench-session-number-" + i + "\"}"))
            .toList();
    Load.Result result = new Load(vertx, requests, server.port()).count(count, 300);
    if (result.failed() > 0) {
      throw new IllegalStateException(result.failed() + " sessions were not opened");
    }
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
