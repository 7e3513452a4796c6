package io.aetherkeep.bench.load;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Load generator of WebSockets, which parses as little as possible. */
public final class SocketLoad implements AutoCloseable {

  public static final String API = "/api/v1/aethercast";
  private static final int AT_ONCE = 100;

  private final Vertx vertx = Vertx.vertx();
  private final NetClient client = vertx.createNetClient();

  public static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  public Vertx vertx() {
    return vertx;
  }

  /**
   * Opens sockets, numbered from the first on; waits until each one's last greeting is answered.
   */
  public void open(
      Server server,
      int first,
      int count,
      List<String> greetings,
      Supplier<Handler<Buffer>> handlers)
      throws Exception {
    List<Future<Void>> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = first + i;
      some.add(
          client
              .connect(server.port(), "127.0.0.1")
              .compose(socket -> greet(socket, number, greetings, handlers.get())));
      if (some.size() == AT_ONCE || i == count - 1) {
        await(Future.all(some));
        some.clear();
      }
    }
  }

  private static Future<Void> greet(
      NetSocket socket, int number, List<String> greetings, Handler<Buffer> handler) {
    Promise<Void> begun = Promise.promise();
    int[] answers = {0};
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
    socket.write(
        "GET "
            + API
            + "/realtime HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Protocol: aetherkeep.v1\r\n\r\n");
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

  /** Sends a request with a JSON body on a connection of its own. */
  public Future<Void> send(Server server, String method, String path, String json) {
    Promise<Void> answered = Promise.promise();
    client
        .connect(server.port(), "127.0.0.1")
        .onSuccess(
            socket -> {
              socket.handler(
                  answer -> {
                    if (answer.getByte(9) == '2') {
                      answered.tryComplete();
                    } else {
                      answered.tryFail(answer.toString());
                    }
                    socket.close();
                  });
              socket.write(
                  method
                      + " "
                      + path
                      + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      + "Content-Length: "
                      + json.length()
                      + "\r\n\r\n"
                      + json);
            })
        .onFailure(answered::tryFail);
    return answered.future();
  }

  /** Opens a session for each of so many sockets. */
  public void sessions(Server server, int count) throws Exception {
    List<Future<Void>> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(
          send(server, "POST", API + "/sessions", "{\"id\":\"bench-session-number-" + i + "\"}"));
      if (some.size() == AT_ONCE || i == count - 1) {
        await(Future.all(some));
        some.clear();
      }
    }
  }

  public static List<String> greetings(Server server, String topic) {
    return server.isAetherkeep()
        ? List.of(
            "{\"op\":\"hello\",\"session\":\"bench-session-number-%d\"}",
            "{\"op\":\"watch\",\"topic\":\"" + topic + "\"}")
        : List.of("{}");
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
