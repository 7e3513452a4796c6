package io.aetherkeep.router;

import io.aetherkeep.router.realtime.RealtimeRoutes;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Simple WebSocket client. */
final class SocketClient {

  static final String REALTIME = "/api/v1/aethercast/realtime";

  /** The close of a socket. */
  record Closed(int code, String reason) {}

  private final WebSocket socket;
  private final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Closed> closed = new CompletableFuture<>();
  private int ids;

  /** Referenced, because the client closes its sockets when it is garbage-collected. */
  private final WebSocketClient client;

  private SocketClient(WebSocketClient client, WebSocket socket) {
    this.client = client;
    this.socket = socket;
    socket.textMessageHandler(text -> frames.add(new JsonObject(text)));
    socket.closeHandler(
        end -> {
          Short code = socket.closeStatusCode();
          closed.complete(new Closed(code == null ? 1006 : code, socket.closeReason()));
        });
    socket.exceptionHandler(broken -> {});
  }

  static WebSocketConnectOptions options(int port) {
    return new WebSocketConnectOptions()
        .setHost("127.0.0.1")
        .setPort(port)
        .setURI(REALTIME)
        .setSubProtocols(List.of(RealtimeRoutes.SUBPROTOCOL));
  }

  static SocketClient open(Vertx vertx, int port) throws Exception {
    return open(vertx, options(port));
  }

  static SocketClient open(Vertx vertx, WebSocketConnectOptions options) throws Exception {
    WebSocketClient client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxFrameSize(1 << 22).setMaxMessageSize(1 << 24));
    return client
        .connect(options)
        .map(socket -> new SocketClient(client, socket))
        .toCompletionStage()
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  /** The answer to a refused handshake. */
  static UpgradeRejectedException refused(Vertx vertx, WebSocketConnectOptions options)
      throws Exception {
    try {
      open(vertx, options);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UpgradeRejectedException rejected) {
        return rejected;
      }
      throw e;
    }
    throw new AssertionError("It was let in");
  }

  void close() {
    client.close();
  }

  WebSocket socket() {
    return socket;
  }

  void send(String text) {
    socket.writeTextMessage(text);
  }

  void frame(WebSocketFrame frame) {
    socket.writeFrame(frame);
  }

  /** Waits for the next frame. */
  JsonObject next() throws InterruptedException {
    JsonObject frame = frames.poll(60, TimeUnit.SECONDS);
    if (frame == null) {
      throw new AssertionError("No frame came; closed: " + closed.getNow(null));
    }
    return frame;
  }

  /** The next frame, or null if the socket was closed instead. */
  @Nullable JsonObject nextOrClosed() throws InterruptedException {
    JsonObject frame = frames.poll(20, TimeUnit.MILLISECONDS);
    while (frame == null && !closed.isDone()) {
      frame = frames.poll(20, TimeUnit.MILLISECONDS);
    }
    return frame == null ? frames.poll() : frame;
  }

  boolean isSilent() {
    return frames.isEmpty();
  }

  /** Sends an op; skips pushed frames, and returns its answer. */
  JsonObject ask(JsonObject op) throws InterruptedException {
    String id = "r" + ++ids;
    send(op.copy().put("id", id).encode());
    for (JsonObject frame = next(); ; frame = next()) {
      if (id.equals(frame.getValue("re"))) {
        return frame;
      }
    }
  }

  JsonObject ask(String op) throws InterruptedException {
    return ask(new JsonObject().put("op", op));
  }

  JsonObject hello(String session) throws InterruptedException {
    return ask(new JsonObject().put("op", "hello").put("session", session));
  }

  /** The error code of a frame. */
  static String error(JsonObject frame) {
    JsonObject error = frame.getJsonObject("error");
    return error == null ? "none: " + frame : error.getString("code");
  }

  JsonObject watch(String topic) throws InterruptedException {
    return ask(new JsonObject().put("op", "watch").put("topic", topic));
  }

  Closed closed() throws Exception {
    return closed.get(60, TimeUnit.SECONDS);
  }

  boolean isClosed() {
    return closed.isDone();
  }
}
